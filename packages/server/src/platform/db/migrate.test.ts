import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@claviger/server/testing'
import pg from 'pg'
import { afterAll, beforeEach, expect, inject, test } from 'vitest'
import { openDatabase } from './database.js'
import { startEmbeddedPostgres } from './embedded/index.js'
import { MigrationError, migrate, releaseMigrations } from './migrate.js'
import { statement } from './statement.js'

const made: TestDatabase[] = []
let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  made.push(database)
})
afterAll(async () => {
  for (const each of made) await each.drop()
})

async function run(text: string, values: unknown[] = [], url = database.url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

const empty = () => run('drop schema claviger cascade')

/** Everything that the schema consists of, in words. */
function schema() {
  return run(`
    select 'table ' || relname || ' ' || relrowsecurity || ' ' || coalesce(relacl::text, '') as it
      from pg_class where relnamespace = 'claviger'::regnamespace
    union all select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      from information_schema.columns where table_schema = 'claviger'
    union all select 'function ' || proname || ' ' || md5(prosrc)
      from pg_proc where pronamespace = 'claviger'::regnamespace
    union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'claviger'::regnamespace
    order by 1`)
}

test('an empty database gets every migration, in order, each told as it is done', async () => {
  const expected = await schema()
  await empty()
  const told: [string, number, number][] = []
  const applied = await migrate(database.url, (...progress) => told.push(progress))
  const names = [...(await releaseMigrations()).keys()]
  expect(applied).toEqual(names)
  expect(applied).toEqual([...applied].sort())
  expect(told).toEqual(names.map((name, i) => [name, i + 1, names.length]))
  expect(await schema()).toEqual(expected)
})

test('a second run applies nothing', async () => {
  const before = await schema()
  const recorded = await run('select * from claviger.schema_migrations order by name')
  expect(await migrate(database.url)).toEqual([])
  expect(await schema()).toEqual(before)
  expect(await run('select * from claviger.schema_migrations order by name')).toEqual(recorded)
  expect(new Map(recorded.map(({ name, checksum }) => [name, checksum]))).toEqual(await releaseMigrations())
})

test('of nodes that start together one migrates, and the others wait for it', async () => {
  await empty()
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)))
  const names = [...(await releaseMigrations()).keys()]
  expect(applied.flat()).toEqual(names)
  expect(applied.filter(({ length }) => length === 0)).toHaveLength(3)
})

test('a migration that was changed after it was applied is refused by its name', async () => {
  const [last] = [...(await releaseMigrations()).keys()].slice(-1)
  await run('delete from claviger.schema_migrations where name = $1', [last])
  await run("update claviger.schema_migrations set checksum = 'other' where name like '000002%'")
  await expect(migrate(database.url)).rejects.toThrow(MigrationError)
  await expect(migrate(database.url)).rejects.toThrow('The migration 000002_projects.sql was changed after')
  expect(await run('select from claviger.schema_migrations where name = $1', [last])).toEqual([])
})

test('a database of a newer version is refused by the name of what is unknown', async () => {
  await run("insert into claviger.schema_migrations (name, checksum) values ('999999_future.sql', 'x')")
  const refusal = 'The database was migrated by a newer version of Claviger (999999_future.sql).'
  await expect(migrate(database.url)).rejects.toThrow(refusal)
})

test('a migration that fails is named and undone as a whole, and those before it stay', async () => {
  const [first, second] = ['000008_events.sql', '000009_requests.sql']
  await run('delete from claviger.schema_migrations where name = any($1)', [[first, second]])
  await run('drop table claviger.events, claviger.rate_limits, claviger.idempotency_keys')
  // The last thing that the second makes is in its way; the first is not.
  await expect(migrate(database.url)).rejects.toThrow(`The migration ${second} failed: `)
  const names = (await run('select name from claviger.schema_migrations order by 1')).map(({ name }) => name)
  expect(names).toContain(first)
  expect(names).not.toContain(second)
  expect(await run("select to_regclass('claviger.events') is not null as it")).toEqual([{ it: true }])
  expect(await run("select to_regclass('claviger.rate_limits') as it")).toEqual([{ it: null }])
})

test('a connection that is lost while it waits is told to whoever migrates', async () => {
  const [blocker, looker] = [new pg.Client(database.url), new pg.Client(database.url)]
  await Promise.all([blocker.connect(), looker.connect()])
  await blocker.query('select pg_advisory_lock(7240518093)')
  const lost = migrate(database.url).catch((error) => error)
  const whoWaits = `from pg_stat_activity where datname = current_database()
    and application_name = 'claviger migrate' and wait_event_type = 'Lock'`
  const waiting = async () => (await looker.query(`select ${whoWaits}`)).rowCount
  await expect.poll(waiting).toBe(1)
  await looker.query(`select pg_terminate_backend(pid) ${whoWaits}`)
  expect(await lost).toBeInstanceOf(Error)
  await Promise.all([blocker.end(), looker.end()])
})

test('databases of one PostgreSQL may make the role that they share at the same time', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'claviger-test-'))
  await chmod(dataDir, 0o711)
  const postgres = await startEmbeddedPostgres({ dataDir, onExit() {} })
  const url = postgres.connectionString
  const urls = ['one', 'two', 'three'].map((name) => {
    const own = new URL(url)
    own.pathname = `/${name}`
    return own.href
  })
  for (const name of ['one', 'two', 'three']) await run(`create database ${name}`, [], url)
  const first = new pg.Client(url)
  await first.connect()
  await first.query('begin; create role claviger_app nologin nobypassrls')
  const migrated = Promise.all(urls.map((each) => migrate(each)))
  const waiting = async () =>
    (await run("select from pg_stat_activity where wait_event_type = 'Lock'", [], url)).length
  await expect.poll(waiting).toBe(3)
  await first.query('commit')
  const names = [...(await releaseMigrations()).keys()]
  expect(await migrated).toEqual([names, names, names])
  await first.end()
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('an ordinary user that may make roles can migrate and run the server', async () => {
  const administrator = inject('postgresUrl')
  const name = `owner_${new URL(database.url).pathname.slice(6)}`
  const url = new URL(database.url)
  ;[url.username, url.password] = [name, 'x']
  await run(`create role ${name} login createrole password 'x'`)
  // What PostgreSQL 16 and later grant to whoever creates a role; the other tests share the role itself.
  await run(`grant claviger_app to ${name} with admin option, set false, inherit false`)
  await run(`alter database ${url.pathname.slice(1)} owner to ${name}`)
  await empty()
  try {
    expect(await migrate(url.href)).not.toEqual([])
    const opened = openDatabase({ connectionString: url.href, pooling: 'session', connectionsMax: 1 })
    const who = statement<{ name: string }>('select current_user::text as name', [])
    expect(await opened.anywhere.one(who)).toEqual({ name: 'claviger_app' })
    await opened.close()
  } finally {
    await run(`revoke claviger_app from ${name} cascade`, [], administrator)
    await run(`reassign owned by ${name} to current_user; drop owned by ${name}`)
    await run(`drop role ${name}`, [], administrator)
  }
})
