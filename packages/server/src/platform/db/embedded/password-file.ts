import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.js'
import { syncDirectory } from './sync-directory.js'

/** Keeps a new random password where only this user reads it; to be called while there is no cluster. */
export function createPassword(dataDir: string): string {
  const password = randomBytes(32).toString('hex')
  const draft = `${passwordFile(dataDir)}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, password, { flag: 'wx', mode: 0o600, flush: true })
  renameSync(draft, passwordFile(dataDir))
  syncDirectory(dataDir)
  return password
}

export function readPassword(dataDir: string): string {
  try {
    const password = readFileSync(passwordFile(dataDir), 'utf8').trim()
    if (password) return password
  } catch (error) {
    throw unreadablePassword(dataDir, error)
  }
  throw unreadablePassword(dataDir)
}

export function unreadablePassword(dataDir: string, cause?: unknown): EmbeddedPostgresError {
  const advice =
    `The database in ${join(dataDir, 'postgres')} exists, but its password cannot be read from ` +
    `${passwordFile(dataDir)}; restore that file from the backup that it belongs to.`
  return new EmbeddedPostgresError('unreadable_password', advice, { cause })
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres.password')
}
