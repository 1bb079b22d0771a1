import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.js'
import { publishCopy } from './publish-copy.js'
import type { UnprivilegedUser } from './unprivileged-user.js'

export interface NativePrograms {
  initdb: string
  postgres: string
}

export interface NativeProgramsSearch {
  /** Who must be able to run them; null is this process itself. */
  user: UnprivilegedUser | null
  /** Where a private copy goes if those in node_modules cannot be used where they are. */
  copyInto: string
  /** The `native` folder of the platform package. */
  nativeDir?: string | undefined
}

/** For every program run here: nothing of the caller's PG* and LD_* settings, and messages in English. */
export const programEnv: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }

/** Finds initdb and postgres, and proves that the user can run them. */
export async function findNativePrograms({
  user,
  copyInto,
  nativeDir = packagedNativeDir(),
}: NativeProgramsSearch): Promise<NativePrograms> {
  if (restoreSymlinks(nativeDir) && runs(nativeDir, user)) return programsIn(nativeDir)
  const copy = join(copyInto, `postgresql-${packageVersion(nativeDir)}`)
  await publishCopy(nativeDir, copy, restoreSymlinks)
  if (runs(copy, user)) return programsIn(copy)
  throw unsupported(`the programs in ${copy} fail to start`)
}

function programsIn(nativeDir: string): NativePrograms {
  return { initdb: join(nativeDir, 'bin/initdb'), postgres: join(nativeDir, 'bin/postgres') }
}

function packagedNativeDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native')
  } catch {
    throw unsupported(`the optional package ${name} is not installed`)
  }
}

function packageVersion(nativeDir: string): string {
  const { version } = JSON.parse(readFileSync(join(nativeDir, '../package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/**
 * An npm package cannot hold symbolic links: its install script makes them, unless install scripts are off.
 * Several processes may do this at once. False when this process may not write there.
 */
function restoreSymlinks(nativeDir: string): boolean {
  const list = readFileSync(join(nativeDir, 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(nativeDir, relative('native', target))
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

function runs(nativeDir: string, user: UnprivilegedUser | null): boolean {
  const options = { cwd: '/', env: programEnv, uid: user?.uid, gid: user?.gid }
  const { error, status } = spawnSync(programsIn(nativeDir).postgres, ['--version'], options)
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  // The program is there, so what is missing is its loader (another C library) or its processor.
  if (code === 'ENOENT' || code === 'ENOEXEC') throw unsupported('its programs were built for another system')
  if (user && (code === 'EPERM' || code === 'EINVAL')) {
    const advice = `PostgreSQL refuses root, which cannot become ${user.name} here; start as another user.`
    throw new EmbeddedPostgresError('start_failed', advice)
  }
  return status === 0
}

function unsupported(reason: string): EmbeddedPostgresError {
  const advice =
    `The bundled PostgreSQL does not run on ${process.platform}-${process.arch} (${reason}); ` +
    'set CLAVIGER_DATABASE_URL to a PostgreSQL 15 or newer.'
  return new EmbeddedPostgresError('unsupported_platform', advice)
}
