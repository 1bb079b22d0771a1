import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.js'
import { pathHash } from './path-hash.js'
import { mayTraverse, type UnprivilegedUser } from './unprivileged-user.js'

const postgresMajor = '18'

export interface Cluster {
  /** The real path of the cluster, or of the place to create it. */
  directory: string
  exists: boolean
}

export interface ClusterSearch {
  /** The real path of the data directory. */
  dataDir: string
  /** The home of clusters that their user could not reach inside the data directory. */
  systemDir: string
  user: UnprivilegedUser | null
}

/** Finds the cluster of a data directory; its entry `postgres` is the cluster or a symbolic link to it. */
export function locateCluster({ dataDir, systemDir, user }: ClusterSearch): Cluster {
  const entry = join(dataDir, 'postgres')
  const reachable = !user || openDataDirectory(dataDir, user)
  if (!lstatSync(entry, { throwIfNoEntry: false })) {
    return { directory: reachable ? entry : unusedName(dataDir, systemDir), exists: false }
  }
  if (!existsSync(entry)) throw startFailed(`${entry} points to a database that is gone; bring it back.`)
  const directory = realpathSync(entry)
  if (user && !mayTraverse(user, dirname(directory))) {
    throw startFailed(
      `User ${user.name} cannot reach ${directory}; allow it to pass through the folders above.`,
    )
  }
  return { directory, exists: holdsCluster(directory) }
}

/** PostgreSQL insists on owning its cluster alone, and what root restored from a backup belongs to root. */
export function secureCluster(directory: string, user: UnprivilegedUser | null): void {
  if (user && statSync(directory).uid !== user.uid) {
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      lchownSync(join(directory, name), user.uid, user.gid)
    }
    chownSync(directory, user.uid, user.gid)
  }
  chmodSync(directory, 0o700)
}

/** The data directory is ours to open for that user, but the folders above it are not. */
function openDataDirectory(dataDir: string, user: UnprivilegedUser): boolean {
  if (!mayTraverse(user, dirname(dataDir))) return false
  if (!mayTraverse(user, dataDir)) chmodSync(dataDir, statSync(dataDir).mode | 0o011)
  return true
}

function holdsCluster(directory: string): boolean {
  const versionFile = join(directory, 'PG_VERSION')
  if (!existsSync(versionFile)) {
    if (readdirSync(directory).length === 0) return false
    throw startFailed(`${directory} holds something that is not a database; move it away.`)
  }
  const version = readFileSync(versionFile, 'utf8').trim()
  if (version === postgresMajor) return true
  const advice =
    `The database in ${directory} was written by PostgreSQL ${version} and this release brings PostgreSQL ` +
    `${postgresMajor}; start it with the release that wrote it, dump it, and restore the dump here.`
  throw new EmbeddedPostgresError('wrong_version', advice)
}

/** A name in use belongs to a data directory that lay here before and has moved: its cluster is not ours. */
function unusedName(dataDir: string, systemDir: string): string {
  const name = join(systemDir, `${basename(dataDir).replace(/^\.+/, '')}-${pathHash(dataDir)}`)
  return existsSync(name) ? `${name}-${randomBytes(4).toString('hex')}` : name
}

function startFailed(advice: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError('start_failed', advice)
}
