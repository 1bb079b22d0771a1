import { constants, existsSync } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ServerState } from './find-server.js'
import { bad, type Finding, good } from './finding.js'

/** Whether this user may write the data directory, and which process holds it, if one does. */
export async function checkDataDirectory(
  dataDir: string,
  server: ServerState,
): Promise<{ readonly finding: Finding; readonly isHeld: boolean }> {
  if (!existsSync(dataDir)) return { finding: await checkParent(dataDir), isHeld: false }
  const { acquireDataDirectoryLock } = await import('@claviger/server/embedded-postgres')
  try {
    // Nobody but the lock itself can say whether its holder lives, so it is taken, and given back at once.
    acquireDataDirectoryLock(dataDir).release()
    return { finding: good('data_directory', `${dataDir} is writable, and nobody uses it.`), isHeld: false }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'data_directory_in_use') return { finding: bad('data_directory', message), isHeld: false }
  }
  const holder = `process ${await holderOf(dataDir)}`
  const finding =
    server.kind === 'ours'
      ? good('data_directory', `${dataDir} is used by the server, ${holder}.`)
      : bad(
          'data_directory',
          `${dataDir} is used by ${holder}, and no server answers. Let it finish, or end it.`,
        )
  return { finding, isHeld: true }
}

async function checkParent(dataDir: string): Promise<Finding> {
  let folder = dirname(dataDir)
  while (!existsSync(folder)) folder = dirname(folder)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return good('data_directory', `${dataDir} is not there yet; the first start makes it.`)
  } catch {
    const advice = 'Set CLAVIGER_DATA_DIR to another place.'
    return bad('data_directory', `${dataDir} cannot be made: ${folder} is not writable. ${advice}`)
  }
}

async function holderOf(dataDir: string): Promise<string> {
  const [pid = ''] = (await readFile(join(dataDir, 'claviger.pid'), 'utf8').catch(() => '')).split('\n')
  return pid
}
