import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { programEnv } from './native-programs.js'
import { makePublicDirectory } from './publish-copy.js'
import { syncDirectory } from './sync-directory.js'
import type { UnprivilegedUser } from './unprivileged-user.js'

export interface NewCluster {
  dataDir: string
  /** Where the cluster is to be; if that is not in the data directory, a symbolic link there leads to it. */
  directory: string
  initdb: string
  password: string
  user: UnprivilegedUser | null
}

/** It appears under its name only when it is complete and on disk, so a crash leaves no half of it. */
export async function createCluster({
  dataDir,
  directory,
  initdb,
  password,
  user,
}: NewCluster): Promise<void> {
  const parent = dirname(directory)
  makePublicDirectory(parent)
  removeDrafts(directory)
  const draft = `${draftPrefix(directory)}${randomBytes(4).toString('hex')}`
  const [cluster, passwordFile] = [join(draft, 'cluster'), join(draft, 'password')]
  try {
    mkdirSync(draft, { mode: 0o700 })
    mkdirSync(cluster, { mode: 0o700 })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user) for (const path of [draft, cluster, passwordFile]) chownSync(path, user.uid, user.gid)
    await runInitdb(initdb, cluster, passwordFile, user)
    renameSync(cluster, directory)
    syncDirectory(parent)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  const entry = join(dataDir, 'postgres')
  if (lstatSync(entry, { throwIfNoEntry: false })) return
  symlinkSync(directory, entry)
  syncDirectory(dataDir)
}

function draftPrefix(directory: string): string {
  return `${directory}.new-`
}

/** An initdb that has outlived its parent may still be writing there, hence the retries. */
function removeDrafts(directory: string): void {
  const parent = dirname(directory)
  const drafts = readdirSync(parent).filter((name) => name.startsWith(basename(draftPrefix(directory))))
  for (const name of drafts) rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 })
}

async function runInitdb(
  initdb: string,
  cluster: string,
  passwordFile: string,
  user: UnprivilegedUser | null,
): Promise<void> {
  const args = [
    `--pgdata=${cluster}`,
    '--username=claviger',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in locale sorts alike on every system, and still does after an upgrade of the C library.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ]
  const child = spawn(initdb, args, {
    cwd: '/',
    env: programEnv,
    stdio: ['ignore', 'ignore', 'pipe'],
    uid: user?.uid,
    gid: user?.gid,
  })
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  )
  const [status, complaint] = await Promise.all([ended, text(child.stderr)])
  if (status !== 0) throw new Error(complaint.trim() || `initdb ended with status ${status}`)
}
