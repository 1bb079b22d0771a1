import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { User } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { counted, createProgress } from '../output/progress.js'

interface Options extends ServerOptions {
  readonly format: 'jsonl' | 'csv'
  readonly out?: string
}

const columns: Record<string, (user: User) => unknown> = {
  id: ({ id }) => id,
  externalId: ({ externalId }) => externalId,
  email: ({ email }) => email,
  emailVerified: ({ emails }) => emails.some(({ isPrimary, isVerified }) => isPrimary && isVerified),
  phoneNumber: ({ phoneNumber }) => phoneNumber,
  username: ({ username }) => username,
  isBanned: ({ isBanned }) => isBanned,
  banReason: ({ banReason }) => banReason,
  createdAt: ({ createdAt }) => createdAt,
  publicMetadata: ({ publicMetadata }) => JSON.stringify(publicMetadata),
  privateMetadata: ({ privateMetadata }) => JSON.stringify(privateMetadata),
  unsafeMetadata: ({ unsafeMetadata }) => JSON.stringify(unsafeMetadata),
}

/** Adds `claviger export users`: all users of an environment, without their passwords. */
export function addExportUsers(exports: Command, context: Context): void {
  const format = new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl')
  const command = withServerOptions(exports.command('users'))
    .description('Write all users, newest first; passwords are not among it.')
    .addOption(format)
    .option('--out <file>', 'where to (default: stdout)')
    .action(async (_options: object, command: Command) => {
      await exportUsers(context, command.optsWithGlobals<Options>())
    })
  withExamples(command, [
    ['A backup of who there is', 'claviger export users --out users.jsonl'],
    ['For a spreadsheet', 'claviger export users --format csv --out users.csv'],
  ])
}

async function exportUsers(context: Context, options: Options): Promise<void> {
  const isCsv = options.format === 'csv'
  const file = options.out === undefined ? undefined : resolve(context.cwd, options.out)
  const stream = file === undefined ? undefined : createWriteStream(file, { mode: 0o600 })
  if (stream) await once(stream, 'open')
  const write = async (text: string) => {
    if (!stream) return context.stdout.write(text)
    if (!stream.write(text)) await once(stream, 'drain')
  }
  const progress = createProgress(context, 'Exporting')
  await withServer(context, options, async ({ client, place }) => {
    let page: Awaited<ReturnType<typeof client.users.list>> | null = await client.users.list({ limit: 100 })
    const { total } = page
    let done = 0
    if (isCsv) await write(`${Object.keys(columns).join(',')}\r\n`)
    for (; page !== null; page = page.hasMore ? await page.nextPage() : null) {
      await write(page.items.map((user) => (isCsv ? csvLine(user) : `${JSON.stringify(user)}\n`)).join(''))
      done += page.items.length
      progress.show(done, total)
    }
    progress.clear()
    if (stream) context.stderr.write(`Wrote ${counted(done, 'user')} of ${place} into ${file}\n`)
  }).finally(() => {
    progress.clear()
    stream?.end()
  })
  if (stream) await once(stream, 'finish')
}

function csvLine(user: User): string {
  return `${Object.values(columns)
    .map((value) => csvCell(value(user)))
    .join(',')}\r\n`
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
