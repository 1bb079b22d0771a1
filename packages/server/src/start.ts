import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '#config/config'
import { createSeal } from '#kernel/seal'
import { makeSecret } from '#kernel/secret'
import { bootstrap, findSealFingerprint, MasterKeyError } from '#platform/db/bootstrap'
import { openDatabase } from '#platform/db/database'
import { openDatabaseClock } from '#platform/db/database-clock'
import { acquireDataDirectoryLock } from '#platform/db/embedded/data-directory-lock'
import { startEmbeddedPostgres } from '#platform/db/embedded/index'
import { migrate } from '#platform/db/migrate'
import { keepPrivateFile, readPrivateFile, replacePrivateFile } from '#platform/files/private-file'
import { startWorker, type Worker } from '#platform/jobs/worker'
import { operatorTokenPrefix } from '#slices/administrators'
import { compose } from './compose.js'

/** A server that runs, with what there is to say about it. */
export interface RunningServer {
  readonly url: string
  /** Only of an installation that nobody has set up. */
  readonly dashboardUrl: string
  /** Stops everything that was started, the database last. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly config: Config
  readonly logger: Logger
  /** Told when a part ends that was not asked to; the server cannot go on without it. */
  readonly onPartFailed: (part: string, reason: string) => void
  readonly onProgress: (what: string) => void
}

/** Names of the files in the data directory. */
export const dataFiles = {
  masterKey: 'master.key',
  setupToken: 'setup.token',
  operator: 'operator.json',
} as const

/** Starts everything in order: database, schema, API, worker. What a failed start has begun, it ends. */
export async function start(options: StartOptions): Promise<RunningServer> {
  const begun: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of begun.splice(0).reverse()) await end()
  }
  try {
    return await startAll(options, begun, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAll(
  { config, logger, onPartFailed, onProgress }: StartOptions,
  begun: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<RunningServer> {
  const { dataDir } = config
  await mkdir(dataDir, { recursive: true })
  const ownerUrl =
    config.databaseDirectUrl ??
    config.databaseUrl ??
    (await startPrivateDatabase(dataDir, begun, onPartFailed, onProgress))
  if (config.databaseUrl) {
    const lock = await acquireDataDirectoryLock(dataDir)
    begun.push(async () => lock.release())
  }

  onProgress('Preparing the database')
  await migrate(ownerUrl)
  const seal = createSeal(await masterKey(config, ownerUrl))
  await bootstrap(ownerUrl, seal)

  const database = openDatabase({
    connectionString: config.databaseUrl ?? ownerUrl,
    pooling: config.databasePooling,
    connectionsMax: config.databaseConnections,
  })
  begun.push(() => database.close())
  const clock = await openDatabaseClock(database.anywhere)
  begun.push(async () => clock.stop())

  const operatorToken = makeSecret(operatorTokenPrefix)
  const setupToken =
    config.setupToken ??
    (await keepPrivateFile(join(dataDir, dataFiles.setupToken), () => makeSecret('setup_')))
  let worker: Worker | undefined
  let isStarted = false
  const application = await compose({
    config,
    database,
    seal,
    logger,
    operatorToken,
    setupToken,
    clock,
    publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    version: await version(),
    isWorkerRunning: () => (config.worker ? (worker?.isRunning() ?? false) : undefined),
    isStarted: () => isStarted,
  })
  const port = await application.http.listen({ host: config.host, port: config.port })
  begun.push(() => application.stop())
  await replacePrivateFile(
    join(dataDir, dataFiles.operator),
    JSON.stringify({ url: `http://${urlHost(config.host)}:${port}`, token: operatorToken }),
  )

  if (config.worker) {
    worker = await startWorker({
      connectionString: ownerUrl,
      jobs: application.jobs,
      logger,
      onFailure: (reason) => onPartFailed('worker', reason),
    })
    begun.push(() => (worker as Worker).stop())
  }
  isStarted = true
  const url = config.publicUrl ?? `http://localhost:${port}`
  return { url, dashboardUrl: `${url}/#setup=${setupToken}`, stop }
}

async function startPrivateDatabase(
  dataDir: string,
  begun: (() => Promise<unknown>)[],
  onPartFailed: StartOptions['onPartFailed'],
  onProgress: StartOptions['onProgress'],
): Promise<string> {
  onProgress('Starting the database')
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onExit: (reason) => onPartFailed('database', reason),
  })
  begun.push(() => postgres.stop())
  return postgres.connectionString
}

/** The key that seals secrets: configured, or kept in the data directory, or made for an empty database. */
async function masterKey(config: Config, ownerUrl: string): Promise<Buffer> {
  if (config.masterKey) return config.masterKey
  const path = join(config.dataDir, dataFiles.masterKey)
  const kept = await readPrivateFile(path)
  if (kept) {
    const key = Buffer.from(kept, 'hex')
    if (key.length === 32) return key
    throw new MasterKeyError(`${path} does not hold 64 hex digits. Restore it from a backup.`)
  }
  if (await findSealFingerprint(ownerUrl)) {
    throw new MasterKeyError(
      `The database has sealed data and there is no master key. Set CLAVIGER_MASTER_KEY, or restore ${path}.`,
    )
  }
  return Buffer.from(await keepPrivateFile(path, () => randomBytes(32).toString('hex')), 'hex')
}

/** An address that listens on every interface is reached from the host itself by loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

export async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
