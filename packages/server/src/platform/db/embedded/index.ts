import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { locateCluster, secureCluster } from './cluster.js'
import { createCluster } from './create-cluster.js'
import { acquireDataDirectoryLock, type DataDirectoryLock } from './data-directory-lock.js'
import { asEmbeddedPostgresError } from './embedded-postgres-error.js'
import { launch } from './launch.js'
import { findNativePrograms } from './native-programs.js'
import { createPassword, readPassword } from './password-file.js'
import { unprivilegedUser } from './unprivileged-user.js'

export { acquireDataDirectoryLock, type DataDirectoryLock } from './data-directory-lock.js'
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './embedded-postgres-error.js'

export interface EmbeddedPostgresOptions {
  /** The absolute path of the data directory; the database lives in `postgres` below it. */
  dataDir: string
  /** Called at most once, when the database ends without having been asked to. */
  onExit: (reason: string) => void
  log?: (line: string) => void
}

export interface EmbeddedPostgres {
  /** The owner `claviger` of the database `claviger`, over the unix socket, with the password. */
  connectionString: string
  pid: number
  /** Ends the database and gives the data directory free; further calls wait for the first. */
  stop(): Promise<void>
}

/** Tests put these elsewhere; the product leaves them alone. */
export interface EmbeddedPostgresPlaces {
  /** The `native` folder of the platform package. */
  nativeDir?: string
  /** Where root keeps what an unprivileged user could not reach in its place. */
  systemDir?: string
}

/**
 * Starts the private PostgreSQL of a data directory, creating both when they are missing.
 * Rejects with an EmbeddedPostgresError, and then nothing is left running or locked.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
  places: EmbeddedPostgresPlaces = {},
): Promise<EmbeddedPostgres> {
  const locks = [acquireDataDirectoryLock(options.dataDir)]
  try {
    return await start(options, places, locks)
  } catch (error) {
    release(locks)
    throw asEmbeddedPostgresError(error, options.dataDir)
  }
}

async function start(
  { onExit, log = () => {}, ...options }: EmbeddedPostgresOptions,
  { nativeDir, systemDir = '/var/lib/claviger' }: EmbeddedPostgresPlaces,
  locks: DataDirectoryLock[],
): Promise<EmbeddedPostgres> {
  const dataDir = realpathSync(options.dataDir)
  const user = unprivilegedUser(join(dataDir, 'postgres'))
  const { directory, exists } = locateCluster({ dataDir, systemDir, user })
  const password = exists ? readPassword(dataDir) : createPassword(dataDir)
  const { initdb, postgres } = await findNativePrograms({
    user,
    copyInto: user ? systemDir : dataDir,
    nativeDir,
  })
  if (!exists) {
    log(`Creating the database in ${directory}.`)
    await createCluster({ dataDir, directory, initdb, password, user })
  }
  // A copy of the data directory has a link to the same cluster, but not the same lock.
  if (dirname(directory) !== dataDir) locks.push(acquireDataDirectoryLock(directory))
  secureCluster(directory, user)

  const running = await launch({ dataDir, cluster: directory, postgres, password, user, log })
  const { postmaster, serverLog, connectionString } = running
  let stopped: Promise<void> | undefined
  void postmaster.ended.then((how) => {
    if (!stopped) onExit(`PostgreSQL ${how}; its log ends with: ${serverLog.lastLines(1)}`)
  })
  const stop = async () => {
    await postmaster.stop()
    running.tidy()
    release(locks)
  }
  return {
    connectionString,
    // Ready to answer, it surely has one.
    pid: postmaster.pid as number,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

function release(locks: DataDirectoryLock[]): void {
  for (const lock of locks) lock.release()
}
