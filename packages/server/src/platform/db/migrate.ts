import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** What a start of the server may run into, told in one sentence. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

const folder = fileURLToPath(new URL('../../../src/migrations/', import.meta.url))
const lockKey = 7_240_518_093
const versionMin = 150_000
const attemptsMax = 5

interface Migration {
  readonly name: string
  readonly text: string
  readonly checksum: string
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(folder + name, 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/** The migrations that this release brings, with the checksums of their texts, oldest first. */
export async function releaseMigrations(): Promise<ReadonlyMap<string, string>> {
  return new Map((await readMigrations()).map(({ name, checksum }) => [name, checksum]))
}

/**
 * Brings a database up to date, one transaction a migration. Several nodes may start together: an
 * advisory lock lets one work and the others wait. Returns the names of what was applied.
 */
export async function migrate(
  connectionString: string,
  onApplied: (name: string, done: number, of: number) => void = () => {},
): Promise<string[]> {
  const client = new pg.Client({
    connectionString,
    application_name: 'claviger migrate',
    connectionTimeoutMillis: 10_000,
  })
  // A connection that breaks fails the query on it; an event that nobody hears would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query('show server_version_num')
    if (Number(rows[0].server_version_num) < versionMin) {
      throw new MigrationError(
        'The database is older than PostgreSQL 15. Point CLAVIGER_DATABASE_URL at 15 or newer.',
      )
    }
    await client.query('select pg_advisory_lock($1)', [lockKey])
    return await applyPending(client, onApplied)
  } finally {
    await client.end()
  }
}

async function applyPending(client: pg.Client, onApplied: (name: string, done: number, of: number) => void) {
  await client.query('create schema if not exists claviger')
  await client.query('set search_path = claviger, public')
  await client.query(
    `create table if not exists schema_migrations (
       name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  )
  const { rows } = await client.query('select name, checksum from schema_migrations')
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]))
  const migrations = await readMigrations()
  const known = new Set(migrations.map(({ name }) => name))
  const newer = [...applied.keys()].filter((name) => !known.has(name))
  if (newer.length > 0) {
    throw new MigrationError(
      `The database was migrated by a newer version of Claviger (${newer.at(-1)}). Start that version, or restore a backup.`,
    )
  }
  const pending = migrations.filter(({ name }) => !applied.has(name))
  const changed = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum)
  if (changed) {
    throw new MigrationError(
      `The migration ${changed.name} was changed after it was applied. Add a new one instead.`,
    )
  }
  for (const [i, migration] of pending.entries()) {
    await apply(client, migration)
    onApplied(migration.name, i + 1, pending.length)
  }
  return pending.map(({ name }) => name)
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(client, migration)
    } catch (error) {
      if (attempts < attemptsMax && isAboutRoles(error as pg.DatabaseError)) continue
      throw new MigrationError(`The migration ${migration.name} failed: ${(error as Error).message}.`)
    }
  }
}

/** Roles belong to all databases of a PostgreSQL, and another one may be making ours at this moment. */
function isAboutRoles({ code, schema, message }: pg.DatabaseError): boolean {
  return (
    code === '42710' ||
    (code === '23505' && schema === 'pg_catalog') ||
    message.startsWith('tuple concurrently')
  )
}

async function attempt(client: pg.Client, { name, text, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
