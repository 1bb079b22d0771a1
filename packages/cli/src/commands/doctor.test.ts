import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { acquireDataDirectoryLock } from '@claviger/server/embedded-postgres'
import { createSeal } from '@claviger/server/seal'
import { createTestDatabase, startTestServer, type TestServer } from '@claviger/server/testing'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { linesOf, operatorOf, runCommand, temporaryFolder, type World } from '../../testing/run-command.js'
import { version } from '../version.js'

const masterKey = randomBytes(32)
let server: TestServer
let end = async () => {}

beforeAll(async () => {
  const database = await createTestDatabase()
  const started = await startTestServer(database, { seal: createSeal(masterKey) })
  server = started.server
  end = async () => {
    await started.stop()
    await database.drop()
  }
})
afterAll(() => end())

interface Check {
  readonly ok: boolean
  readonly message: string
}

/** What the doctor says, by the name of the check. */
async function examine(world: World): Promise<Record<string, Check>> {
  const { exitCode, stdout } = await runCommand(['doctor', '--json'], world)
  const { ok, checks } = JSON.parse(stdout)
  expect(exitCode).toBe(ok ? 0 : 1)
  expect(ok).toBe(checks.every((check: Check) => check.ok))
  return Object.fromEntries(checks.map(({ check, ...rest }: Check & { check: string }) => [check, rest]))
}

/** The variables of a shell on the host of the test server, which works on a database of its own. */
async function onTheHost() {
  return {
    ...(await operatorOf(server)),
    CLAVIGER_DATABASE_URL: server.databaseUrl,
    CLAVIGER_MASTER_KEY: masterKey.toString('hex'),
    CLAVIGER_WORKER: 'off',
    CLAVIGER_PORT: '0',
  }
}

it('finds everything in order, but that the server that runs is of another version', async () => {
  const env = await onTheHost()
  const lock = acquireDataDirectoryLock(env.CLAVIGER_DATA_DIR)
  onTestFinished(() => lock.release())
  const { server: health, ...others } = await examine({ env })
  expect(Object.values(others).filter(({ ok }) => !ok)).toEqual([])
  expect(Object.keys(others)).toEqual([
    'node',
    'configuration',
    'data_directory',
    'port',
    'database',
    'migrations',
    'master_key',
    'clock',
  ])
  expect(others.data_directory?.message).toContain(`is used by the server, process ${process.pid}.`)
  expect(others.database?.message).toMatch(/^PostgreSQL 18\.\d+ answers\.$/)
  expect(health).toEqual({
    ok: false,
    message: `It runs version 0.0.0-test, and ${version} is installed. Start it again.`,
  })
})

it('shows a line for each check to a person, and how many failed on stderr', async () => {
  const cwd = await temporaryFolder()
  const { exitCode, stdout, stderr } = await runCommand(['doctor'], {
    cwd,
    env: { CLAVIGER_PORT: '0' },
    columns: 80,
  })
  expect(exitCode).toBe(1)
  const lines = linesOf(stdout)
  for (const line of lines)
    expect(line).toMatch(/^[✓✗] (?:Node|Configuration|Data directory|Port|Database|Server|Clock) +\S.+\.$/)
  expect(lines).toContain(
    '✗ Server          It has not run with this data directory. Start it with npm start.',
  )
  expect(stderr).toBe('1 check failed.\n')
})

it('lists every variable that is wrong, each on a line', async () => {
  const env = { CLAVIGER_PORT: 'x', CLAVIGER_HSOT: '::', CLAVIGER_MASTER_KEY: 'short' }
  const { stdout } = await runCommand(['doctor'], { env })
  expect(stdout.match(/^✗ Configuration .*CLAVIGER_(?:PORT|HSOT|MASTER_KEY)/gm)).toHaveLength(3)
  expect(stdout).not.toContain('short')
})

it('finds the port taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const env = { CLAVIGER_PORT: String(port) }
  expect((await examine({ env, cwd: await temporaryFolder() })).port).toEqual({
    ok: false,
    message: `Port ${port} is taken. Stop what listens there, or set CLAVIGER_PORT to another one.`,
  })
})

it('finds the data directory in the hands of a process that does not answer', async () => {
  const cwd = await temporaryFolder()
  const dataDir = join(cwd, '.claviger')
  await mkdir(dataDir)
  const lock = acquireDataDirectoryLock(dataDir)
  onTestFinished(() => lock.release())
  const { data_directory } = await examine({ cwd, env: { CLAVIGER_PORT: '0' } })
  expect(data_directory).toEqual({
    ok: false,
    message: `${dataDir} is used by process ${process.pid}, and no server answers. Let it finish, or end it.`,
  })
})

it('finds a data directory that is none', async () => {
  const cwd = await temporaryFolder()
  await writeFile(join(cwd, 'file'), '')
  const env = { CLAVIGER_DATA_DIR: join(cwd, 'file'), CLAVIGER_PORT: '0' }
  const { data_directory } = await examine({ env })
  expect(data_directory?.ok).toBe(false)
})

it('finds the database out of reach, and asks no more of it', async () => {
  const env = { ...(await onTheHost()), CLAVIGER_DATABASE_URL: 'postgres://x:secret@127.0.0.1:9/x' }
  const { database, migrations, master_key } = await examine({ env })
  expect(database).toEqual({
    ok: false,
    message:
      'The database of CLAVIGER_DATABASE_URL cannot be reached. Check its host, its port and that it runs.',
  })
  expect([migrations, master_key]).toEqual([undefined, undefined])
})

it('finds the password of the database refused', async () => {
  const url = new URL(server.databaseUrl)
  url.password = 'wrong'
  const env = { ...(await onTheHost()), CLAVIGER_DATABASE_URL: url.href }
  expect((await examine({ env })).database?.message).toContain('refuses its user or password')
})

it('finds migrations missing, changed and newer', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const env = { ...(await onTheHost()), CLAVIGER_DATABASE_URL: database.url }
  const { Client } = (await import('pg')).default
  const owner = new Client({ connectionString: database.url })
  await owner.connect()
  onTestFinished(() => owner.end())
  const messageAfter = async (statement: string) => {
    await owner.query(statement)
    const { migrations } = await examine({ env })
    expect(migrations?.ok).toBe(false)
    return migrations?.message
  }
  const table = 'claviger.schema_migrations'
  expect(await messageAfter(`delete from ${table} where name > '000007'`)).toMatch(
    /^\d+ migrations of \d+ to apply: /,
  )
  expect(await messageAfter(`update ${table} set checksum = '' where name like '000003%'`)).toBe(
    '000003_counts.sql was changed after it was applied. Restore its text, and add a new migration instead.',
  )
  expect(
    await messageAfter(`insert into ${table} (name, checksum) values ('999999_future.sql', '')`),
  ).toContain('A newer version of Claviger has migrated the database (999999_future.sql).')
})

it('finds the master key wrong, gone and damaged', async () => {
  const { CLAVIGER_MASTER_KEY: _, ...env } = await onTheHost()
  const path = join(env.CLAVIGER_DATA_DIR, 'master.key')
  const check = async () => (await examine({ env })).master_key
  expect(await check()).toEqual({
    ok: false,
    message: `The data is sealed and its key is gone. Set CLAVIGER_MASTER_KEY, or restore ${path}.`,
  })
  await writeFile(path, 'ff'.repeat(7))
  expect((await check())?.message).toContain('does not hold 64 hex digits')
  await writeFile(path, 'ff'.repeat(32))
  expect((await check())?.message).toContain('did not seal this data')
  await writeFile(path, masterKey.toString('hex'))
  expect(await check()).toMatchObject({ ok: true })
})

it('does not mistake another server for the one of the data directory', async () => {
  const env = {
    ...(await onTheHost()),
    ...(await operatorOf({ url: server.url, operatorToken: 'op_other' })),
  }
  expect((await examine({ env })).server).toEqual({
    ok: false,
    message: `Another program answers at ${server.url}. Stop that one, and start Claviger.`,
  })
})

it('finds the worker missing, unless it is meant to be', async () => {
  const { CLAVIGER_WORKER: _, ...env } = await onTheHost()
  expect((await examine({ env })).server?.message).toMatch(/^Its worker does not run\./)
})

it('finds the clock unset', async () => {
  const world = { env: await onTheHost(), now: () => 0 }
  expect((await examine(world)).clock).toEqual({
    ok: false,
    message: 'It says 1970-01-01T00:00:00.000Z, which is long past. Turn on NTP.',
  })
})
