import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '@claviger/server/config'
import { bad, type Finding, good } from './finding.js'

/**
 * Whether the master key is the one that the data is sealed under.
 *
 * @param sealFingerprint Of that key; undefined for a database without data; `unseen` where a server that
 *   runs has proved it at its start, and the question is only whether the next start will find the key.
 */
export async function checkMasterKey(
  { masterKey, dataDir }: Pick<Config, 'masterKey' | 'dataDir'>,
  sealFingerprint: string | undefined | 'unseen',
): Promise<Finding> {
  const path = join(dataDir, 'master.key')
  const kept = masterKey ?? (await readKept(path))
  if (kept === 'unreadable')
    return bad('master_key', `${path} cannot be read. Run this as the user of the server.`)
  if (kept === undefined) {
    return sealFingerprint === undefined
      ? good('master_key', 'The first start makes one.')
      : bad(
          'master_key',
          `The data is sealed and its key is gone. Set CLAVIGER_MASTER_KEY, or restore ${path}.`,
        )
  }
  const source = masterKey ? 'CLAVIGER_MASTER_KEY' : path
  if (kept.length !== 32)
    return bad('master_key', `${path} does not hold 64 hex digits. Restore it from a backup.`)
  if (sealFingerprint === 'unseen')
    return good('master_key', `In ${source}; the server has opened the data with one.`)
  if (sealFingerprint === undefined) return good('master_key', `In ${source}; nothing is sealed yet.`)
  const { createSeal } = await import('@claviger/server/seal')
  return createSeal(kept).fingerprint === sealFingerprint
    ? good('master_key', `In ${source}; it is the one that sealed the data.`)
    : bad(
        'master_key',
        `The key in ${source} did not seal this data. Set CLAVIGER_MASTER_KEY to the right one.`,
      )
}

async function readKept(path: string): Promise<Buffer | 'unreadable' | undefined> {
  try {
    return Buffer.from((await readFile(path, 'utf8')).trim(), 'hex')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'unreadable'
  }
}
