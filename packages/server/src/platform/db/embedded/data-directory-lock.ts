import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asEmbeddedPostgresError, EmbeddedPostgresError } from './embedded-postgres-error.js'
import { processStart } from './process-identity.js'

export interface DataDirectoryLock {
  /** Gives the directory free; further calls do nothing. */
  release(): void
}

/**
 * Makes this process the only owner of a data directory, which it creates when it is missing.
 * A lock whose owner has died, however it died, does not count.
 */
export function acquireDataDirectoryLock(dataDir: string): DataDirectoryLock {
  try {
    // Others may pass through, because as root the database below runs as another user, but not look around.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 })
    return acquire(join(dataDir, 'claviger.pid'), dataDir)
  } catch (error) {
    throw asEmbeddedPostgresError(error, dataDir)
  }
}

function acquire(path: string, dataDir: string): DataDirectoryLock {
  const mine = `${process.pid}\n${processStart(process.pid)}\n`
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, mine, { flag: 'wx', mode: 0o644 })
  try {
    // A link appears with its whole content at once, so nobody reads a lock that is half written.
    while (!tryLink(draft, path)) {
      const held = read(path)
      const holder = held && runningHolder(held)
      if (holder) throw inUse(dataDir, holder)
      if (held !== null) removeStale(path, held, dataDir)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return {
    release() {
      if (read(path) === mine) rmSync(path, { force: true })
    },
  }
}

/**
 * Of several processes that find one stale lock, a slow one must not remove the fresh lock of a fast one.
 * Hence a stale lock is removed only under another lock, and only if it still is what was judged stale.
 */
function removeStale(path: string, stale: string, dataDir: string): void {
  const takeover = acquire(`${path}.takeover`, dataDir)
  if (read(path) === stale) rmSync(path)
  takeover.release()
}

function runningHolder(content: string): number | null {
  const [pid, start] = content.split('\n')
  return start && processStart(Number(pid)) === start ? Number(pid) : null
}

function inUse(dataDir: string, pid: number): EmbeddedPostgresError {
  const advice = `The data directory ${dataDir} is in use by process ${pid}; stop that one or choose another.`
  return new EmbeddedPostgresError('data_directory_in_use', advice)
}

function tryLink(existing: string, path: string): boolean {
  try {
    linkSync(existing, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
