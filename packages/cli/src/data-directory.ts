import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Context } from './context.js'
import { CommandError, exitCodes } from './exit-codes.js'

/** What a running server writes for the operator on its host. */
export interface OperatorFile {
  readonly path: string
  readonly url: string
  readonly token: string
}

/**
 * The data directory of this host: what CLAVIGER_DATA_DIR names, else `.claviger` in the current folder or
 * the nearest above it that has one, so that a command works anywhere in the repository. Where there is
 * none, it is where the server would make one.
 */
export function findDataDirectory({ env, cwd }: Pick<Context, 'env' | 'cwd'>): string {
  if (env.CLAVIGER_DATA_DIR) return resolve(cwd, env.CLAVIGER_DATA_DIR)
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.claviger'))) return join(folder, '.claviger')
    if (folder === dirname(folder)) return resolve(cwd, '.claviger')
  }
}

/** The variables as the server reads them, with the data directory that was found. */
export function serverVariables({ env, cwd }: Pick<Context, 'env' | 'cwd'>): Context['env'] {
  if (env.CLAVIGER_DATA_DIR || env.CLAVIGER_DATA_DIR_FILE) return env
  return { ...env, CLAVIGER_DATA_DIR: findDataDirectory({ env, cwd }) }
}

/** Reads where the server of a data directory is, and the operator's token; undefined where none has run. */
export async function readOperatorFile(dataDir: string): Promise<OperatorFile | undefined> {
  const path = join(dataDir, 'operator.json')
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== 'EACCES') throw error
    const advice = `${path} is for the user who runs the server. Run this as that user.`
    throw new CommandError(exitCodes.refused, advice, { cause: error })
  }
  const { url, token } = parse(content)
  if (typeof url === 'string' && typeof token === 'string' && URL.canParse(url)) return { path, url, token }
  throw new CommandError(exitCodes.failed, `${path} is damaged. Start the server again: it writes a new one.`)
}

function parse(content: string): { url?: unknown; token?: unknown } {
  try {
    return JSON.parse(content) ?? {}
  } catch {
    return {}
  }
}
