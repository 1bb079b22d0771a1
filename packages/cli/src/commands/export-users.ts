import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { chmod, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Claviger, User } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { counted, createProgress } from '../output/progress.js'

interface Options extends ServerOptions {
  readonly format: 'jsonl' | 'csv'
  readonly out?: string
  readonly withPasswordHashes?: true
}

/** A user as it is written: with what its password is compared with, where that is asked for. */
type Written = User & { readonly passwordHash?: string | null }

const columns: Record<string, (user: Written) => unknown> = {
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

const columnsWithHashes: typeof columns = { ...columns, passwordHash: ({ passwordHash }) => passwordHash }

/** Adds `claviger export users`: all users of an environment, without the hashes of passwords unless asked for them. */
export function addExportUsers(exports: Command, context: Context): void {
  const format = new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl')
  const command = withServerOptions(exports.command('users'))
    .description('Write all users, newest first; without their passwords.')
    .addOption(format)
    .option('--out <file>', 'where to (default: stdout)')
    .option(
      '--with-password-hashes',
      'hashes too, to move to another server; recorded, and not for secret keys',
    )
    .action(async (_options: object, command: Command) => {
      await exportUsers(context, command.optsWithGlobals<Options>())
    })
  withExamples(command, [
    ['A backup of who there is', 'claviger export users --out users.jsonl'],
    ['For a spreadsheet', 'claviger export users --format csv --out users.csv'],
    ['To move to another server', 'claviger export users --with-password-hashes --out users.jsonl'],
  ])
}

async function exportUsers(context: Context, options: Options): Promise<void> {
  const isCsv = options.format === 'csv'
  const cells = options.withPasswordHashes ? columnsWithHashes : columns
  const file = options.out === undefined ? undefined : resolve(context.cwd, options.out)
  const stream = file === undefined ? undefined : createWriteStream(file, { mode: 0o600 })
  if (stream && file !== undefined) {
    await once(stream, 'open')
    // One that was there before keeps its mode when it is opened.
    if ((await stat(file)).isFile()) await chmod(file, 0o600)
  }
  const write = async (text: string) => {
    if (!stream) return context.stdout.write(text)
    if (!stream.write(text)) await once(stream, 'drain')
  }
  const progress = createProgress(context, 'Exporting')
  await withServer(context, options, async ({ client, place }) => {
    let page: Awaited<ReturnType<typeof client.users.list>> | null = await client.users.list({ limit: 100 })
    const { total } = page
    let done = 0
    if (isCsv) await write(`${Object.keys(cells).join(',')}\r\n`)
    for (; page !== null; page = page.hasMore ? await page.nextPage() : null) {
      const users = options.withPasswordHashes ? await withHashes(client, page.items) : page.items
      const lines = users.map((user) => (isCsv ? csvLine(user, cells) : `${JSON.stringify(user)}\n`))
      await write(lines.join(''))
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

async function withHashes(client: Claviger, users: readonly User[]): Promise<readonly Written[]> {
  if (users.length === 0) return users
  const { passwordHashes } = await client.users.exportPasswordHashes({ userIds: users.map(({ id }) => id) })
  const hashes = new Map(passwordHashes.map(({ userId, passwordHash }) => [userId, passwordHash]))
  return users.map((user) => ({ ...user, passwordHash: hashes.get(user.id) ?? null }))
}

function csvLine(user: Written, cells: typeof columns): string {
  return `${Object.values(cells)
    .map((value) => csvCell(value(user)))
    .join(',')}\r\n`
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
