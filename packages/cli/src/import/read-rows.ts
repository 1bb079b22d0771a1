import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parse } from 'csv-parse'
import { CommandError, exitCodes } from '../exit-codes.js'
import { type Row, UnreadableRow, type VendorName } from './vendors.js'

/** One user of a file, or why it cannot be read; `line` counts users from 1. */
export interface ReadRow {
  readonly line: number
  readonly row: Row | UnreadableRow
}

/** `firebase auth:export` writes no header. */
const firebaseColumns = [
  'localId',
  'email',
  'emailVerified',
  'passwordHash',
  'salt',
  'displayName',
  'photoUrl',
]
const firebaseLater: Record<number, string> = {
  23: 'createdAt',
  24: 'lastLoginAt',
  25: 'phoneNumber',
  26: 'disabled',
  27: 'customAttributes',
}
const firebaseHeader = Array.from(
  { length: 29 },
  (_, i) => firebaseColumns[i] ?? firebaseLater[i] ?? `column${i}`,
)

/** Streams the users of a file: JSON lines, a JSON document, or CSV, whichever its first character says. */
export async function* readRows(path: string, from: VendorName): AsyncGenerator<ReadRow> {
  const first = await firstCharacter(path)
  const isJson = first === '{' || first === '['
  let line = 0
  const rows = isJson ? readJson(path) : readCsv(path, from)
  for await (const row of rows) yield { line: ++line, row }
}

async function* readCsv(path: string, from: VendorName): AsyncGenerator<Row> {
  const parser = parse({
    columns: from === 'firebase' ? firebaseHeader : true,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  const source = createReadStream(path)
  source.on('error', (error) => parser.destroy(error))
  for await (const row of source.pipe(parser)) yield row as Row
}

/** A line that is a whole object is a user; what is none is part of one document, which is then read whole. */
async function* readJson(path: string): AsyncGenerator<Row | UnreadableRow> {
  let isFirst = true
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    const value = parsed(line.replace(/^\ufeff/, ''))
    if (isFirst && (!isRow(value) || Array.isArray(value.users))) {
      yield* readDocument(path)
      return
    }
    isFirst = false
    yield isRow(value) ? value : new UnreadableRow('The line holds no JSON object.')
  }
}

async function* readDocument(path: string): AsyncGenerator<Row | UnreadableRow> {
  const handle = await open(path)
  try {
    const document = parsed((await handle.readFile('utf8')).replace(/^\ufeff/, ''))
    const users = Array.isArray(document) ? document : isRow(document) ? document.users : undefined
    if (!Array.isArray(users))
      throw new CommandError(
        exitCodes.wrongUsage,
        `${path} is neither JSON lines, nor a list of users, nor CSV.`,
      )
    for (const user of users) yield isRow(user) ? user : new UnreadableRow('The entry is no JSON object.')
  } finally {
    await handle.close()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function firstCharacter(path: string): Promise<string> {
  const handle = await open(path).catch((error: Error) => {
    throw new CommandError(exitCodes.wrongUsage, `${path} cannot be read: ${error.message}.`, {
      cause: error,
    })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0)
    return buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^[\ufeff\s]+/, '')
      .charAt(0)
  } finally {
    await handle.close()
  }
}
