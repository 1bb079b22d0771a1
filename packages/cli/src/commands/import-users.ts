import { createHash } from 'node:crypto'
import { appendFile, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { CommandError, exitCodes } from '../exit-codes.js'
import { type ReadRow, readRows } from '../import/read-rows.js'
import {
  type FirebaseHashParams,
  type ImportedUser,
  UnreadableRow,
  type VendorName,
  vendors,
} from '../import/vendors.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { count, createProgress } from '../output/progress.js'

interface Options extends ServerOptions {
  readonly from: VendorName
  readonly dryRun?: true
  readonly report?: string
  readonly hashParams?: string
}

interface Outcome {
  readonly line: number
  readonly externalId: string | null
  readonly email: string | null
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'failed'
  readonly code: string | null
  readonly detail: string | null
}

/** How far an import has come: everything up to a line is on the server and in the report. */
interface Checkpoint {
  /** What was asked for; another question begins anew. */
  readonly of: string
  readonly lines: number
  readonly reportBytes: number
  readonly counts: Counts
}

type Counts = Record<Outcome['outcome'], number>

const batchRowsMax = 500
/** Below the largest body and the most values that the server takes, with room for what is around them. */
const batchBytesMax = 900_000
const batchValuesMax = 40_000
const rowBytesMax = 250_000

/** Adds `claviger import users`: brings users of another system here, again if it was interrupted. */
export function addImportUsers(imports: Command, context: Context): void {
  const from = new Option('--from <system>', 'what the file is of').choices(Object.keys(vendors))
  const command = withServerOptions(imports.command('users'))
    .description('Import users with the passwords they have. To run it again changes nothing, or goes on.')
    .argument('<file>', 'JSON, JSON lines or CSV')
    .addOption(from.makeOptionMandatory())
    .option('--dry-run', 'say what would be done, and write nothing on the server')
    .option('--report <file>', 'a line of JSON for every user (default: <file>.report.jsonl)')
    .option('--hash-params <file>', "of Firebase: its console's hash_config, as it is shown there or as JSON")
    .action(async (file: string, _options: object, command: Command) => {
      await importUsers(context, file, command.optsWithGlobals<Options>())
    })
  withExamples(command, [
    ['See what would happen', 'claviger import users auth0.ndjson --from auth0 --dry-run'],
    ['From Firebase', 'claviger import users users.json --from firebase --hash-params hash_config.txt'],
    ['Your own CSV', 'claviger import users users.csv --from csv --environment test'],
  ])
}

async function importUsers(context: Context, file: string, options: Options): Promise<void> {
  const path = resolve(context.cwd, file)
  const report = resolve(context.cwd, options.report ?? `${file}.report.jsonl`)
  const hashParams = options.hashParams && (await readHashParams(resolve(context.cwd, options.hashParams)))
  const vendorOptions = hashParams ? { hashParams } : {}
  const begun = await begin(path, report, options)
  const { counts } = begun
  let { reportBytes } = begun
  const total = await countRows(path, options.from)
  const progress = createProgress(context, options.dryRun ? 'Trying' : 'Importing')

  await withServer(context, options, async ({ client }) => {
    for await (const batch of batches(path, options.from, begun.lines, vendorOptions)) {
      const users = batch.rows.flatMap(({ user }) => (user ? [user] : []))
      const dryRun = options.dryRun === true
      const results = users.length === 0 ? [] : (await client.imports.users({ users, dryRun })).results
      let next = 0
      const outcomes = batch.rows.map(({ line, user, problem }): Outcome => {
        const [externalId, email] = [user?.externalId ?? null, user?.email ?? null]
        if (!user) return { line, externalId, email, outcome: 'failed', code: 'unreadable', detail: problem }
        const { outcome, code, detail } = results[next++] as (typeof results)[number]
        return { line, externalId, email, outcome, code, detail }
      })
      for (const { outcome } of outcomes) counts[outcome]++
      const lines = outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('')
      await appendFile(report, lines, { mode: 0o600 })
      reportBytes += Buffer.byteLength(lines)
      await keep(report, { of: begun.of, lines: batch.lastLine, reportBytes, counts })
      progress.show(batch.lastLine, total)
    }
  }).finally(() => progress.clear())
  await rm(checkpointOf(report), { force: true })

  if (options.json) printJson(context, { dryRun: options.dryRun === true, counts, report })
  else {
    const would = options.dryRun ? 'Nothing was written. ' : ''
    const of = (['created', 'updated', 'unchanged', 'failed'] as const)
      .map((outcome) => `${count(counts[outcome])} ${outcome}`)
      .join(', ')
    context.stdout.write(`${would}${of}. A line for each user is in ${report}\n`)
  }
  if (counts.failed > 0)
    throw new CommandError(exitCodes.failed, `${count(counts.failed)} failed. ${report} says why.`)
}

/** Reads the file once before anything is sent: for the bar, and so that one that breaks off in CSV does not begin. */
async function countRows(path: string, from: VendorName): Promise<number> {
  let total = 0
  try {
    for await (const { line } of readRows(path, from)) total = line
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(exitCodes.wrongUsage, `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return total
}

interface Mapped {
  readonly line: number
  readonly user?: ImportedUser
  readonly problem: string | null
}

/** Cuts a file into batches that the server takes, from behind the line that is done. */
async function* batches(
  path: string,
  from: VendorName,
  done: number,
  options: { hashParams?: FirebaseHashParams },
) {
  let rows: Mapped[] = []
  let [bytes, values] = [0, 0]
  for await (const read of readRows(path, from)) {
    if (read.line <= done) continue
    const mapped = mapRow(read, from, options)
    const size = mapped.user ? Buffer.byteLength(JSON.stringify(mapped.user)) : 0
    const weight = mapped.user ? valuesIn(mapped.user) : 0
    const isFull =
      rows.length === batchRowsMax || bytes + size > batchBytesMax || values + weight > batchValuesMax
    if (isFull) {
      yield { rows, lastLine: read.line - 1 }
      rows = []
      ;[bytes, values] = [0, 0]
    }
    rows.push(mapped)
    bytes += size
    values += weight
  }
  const last = rows.at(-1)
  if (last) yield { rows, lastLine: last.line }
}

/** Reads a row the way of its vendor; one that would have the server refuse its whole batch fails here. */
function mapRow(
  { line, row }: ReadRow,
  from: VendorName,
  options: { hashParams?: FirebaseHashParams },
): Mapped {
  try {
    if (row instanceof UnreadableRow) throw row
    const user = vendors[from](row, options)
    const json = JSON.stringify(user)
    if (Buffer.byteLength(json) > rowBytesMax)
      throw new UnreadableRow(`It is larger than ${count(rowBytesMax)} bytes.`)
    if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i.test(json))
      throw new UnreadableRow('It has a NUL character or half of a surrogate pair, which cannot be stored.')
    if (valuesIn(user) > batchValuesMax) throw new UnreadableRow('It has too many values.')
    return { line, user, problem: null }
  } catch (error) {
    if (error instanceof UnreadableRow) return { line, problem: error.message }
    throw error
  }
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, inner) => sum + valuesIn(inner), 1)
}

const checkpointOf = (report: string) => `${report}.checkpoint`

/** Goes on where an import of the same file was interrupted; else empties the report. */
async function begin(path: string, report: string, options: Options): Promise<Checkpoint> {
  const { size, mtimeMs } = await stat(path).catch((error: Error) => {
    throw new CommandError(exitCodes.wrongUsage, `${path} cannot be read: ${error.message}.`, {
      cause: error,
    })
  })
  const { from, dryRun, url, project, environment } = options
  const question = JSON.stringify([path, size, mtimeMs, from, dryRun, url, project, environment])
  const of = createHash('sha256').update(question).digest('hex')
  const text = await readFile(checkpointOf(report), 'utf8').catch(() => undefined)
  const checkpoint = text === undefined ? undefined : (JSON.parse(text) as Checkpoint)
  if (checkpoint?.of === of) {
    // What was written after the checkpoint is of a batch that comes again.
    await truncate(report, checkpoint.reportBytes)
    return checkpoint
  }
  await writeFile(report, '', { mode: 0o600 }).catch((error: Error) => {
    const advice = `${report} cannot be written: ${error.message}. Name another one with --report.`
    throw new CommandError(exitCodes.wrongUsage, advice, { cause: error })
  })
  return { of, lines: 0, reportBytes: 0, counts: { created: 0, updated: 0, unchanged: 0, failed: 0 } }
}

/** Renamed into place, so that a kill leaves the old one or the new one. */
async function keep(report: string, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointOf(report)
  await writeFile(`${path}.new`, JSON.stringify(checkpoint), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** Reads `hash_config { … }` as the console of Firebase shows it, or the same names as JSON. */
async function readHashParams(path: string): Promise<FirebaseHashParams> {
  const content = await readFile(path, 'utf8').catch((error: Error) => {
    throw new CommandError(exitCodes.wrongUsage, `${path} cannot be read: ${error.message}.`, {
      cause: error,
    })
  })
  const value = (name: string) => new RegExp(`${name}"?\\s*:\\s*"?([\\w+/=-]+)`).exec(content)?.[1]
  const signerKey = value('base64_signer_key')
  const rounds = Number(value('rounds'))
  const memCost = Number(value('mem_cost'))
  if (signerKey && rounds > 0 && memCost > 0)
    return { signerKey, saltSeparator: value('base64_salt_separator') ?? '', rounds, memCost }
  throw new CommandError(
    exitCodes.wrongUsage,
    `${path} must have base64_signer_key, base64_salt_separator, rounds and mem_cost.`,
  )
}
