import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.js'

export interface UnprivilegedUser {
  name: string
  uid: number
  gid: number
}

/**
 * PostgreSQL refuses to run as root, so for root this finds somebody else; null means "run it yourself".
 * A cluster keeps the owner it has, so that one made without root still works after a start with it.
 */
export function unprivilegedUser(clusterDir: string): UnprivilegedUser | null {
  if (process.getuid?.() !== 0) return null
  const owner = statSync(clusterDir, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { name: `#${owner.uid}`, uid: owner.uid, gid: owner.gid }
  const user = findUser('postgres') ?? findUser('nobody')
  if (user) return user
  const advice =
    'PostgreSQL refuses to run as root and there is no user postgres or nobody; start as another user.'
  throw new EmbeddedPostgresError('start_failed', advice)
}

/** Whether that user can pass through every directory down to and including this one. */
export function mayTraverse(user: UnprivilegedUser, directory: string): boolean {
  const { uid, gid, mode } = statSync(directory)
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  const parent = dirname(directory)
  return (mode & bit) !== 0 && (parent === directory || mayTraverse(user, parent))
}

function findUser(name: string): UnprivilegedUser | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : null
}
