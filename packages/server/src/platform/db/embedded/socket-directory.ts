import { chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathHash } from './path-hash.js'
import { mayTraverse, type UnprivilegedUser } from './unprivileged-user.js'

// The path of a socket has room for 103 bytes on macOS, of which `/claviger-<hash>/.s.PGSQL.5432` takes 36.
const parentPattern = /^[\w/.+-]{1,64}$/

/**
 * Makes an empty directory for the socket, which only the database's user can enter.
 * It is not in the data directory, because the path of a socket must be short and that one may be long.
 */
export function createSocketDirectory(dataDir: string, user: UnprivilegedUser | null): string {
  const parent = socketParent(user)
  const preferred = join(parent, `claviger-${pathHash(dataDir)}`)
  // Anybody may take a name in /tmp before us, and then we are content with a random one.
  const directory = claim(preferred, user) ? preferred : mkdtempSync(join(parent, 'claviger-'))
  if (user) chownSync(directory, user.uid, user.gid)
  return directory
}

function socketParent(user: UnprivilegedUser | null): string {
  const fits = (parent: string) =>
    parentPattern.test(parent) && existsSync(parent) && (!user || mayTraverse(user, realpathSync(parent)))
  return [tmpdir(), '/tmp'].find(fits) ?? '/tmp'
}

/** Trusts nothing that it finds: what an earlier run left is removed, and only a new directory is used. */
function claim(directory: string, user: UnprivilegedUser | null): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false })
  const ours = found && (found.uid === process.getuid?.() || found.uid === user?.uid)
  if (ours && found.isDirectory()) rmSync(directory, { recursive: true })
  try {
    mkdirSync(directory, { mode: 0o700 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
