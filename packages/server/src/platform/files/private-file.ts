import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'

/** Reads a small private file; undefined when there is none. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaces a private file as a whole: a crash leaves the old one or the new one, readable by its owner only. */
export async function replacePrivateFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, `${content}\n`, { mode: 0o600, flush: true })
  await rename(temporary, path)
}

/** Keeps the first content that a private file is given; answers what it holds. */
export async function keepPrivateFile(path: string, make: () => string): Promise<string> {
  const known = await readPrivateFile(path)
  if (known) return known
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, `${make()}\n`, { mode: 0o600, flush: true })
  try {
    // A link, unlike a rename, does not replace what another process has just made.
    await link(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
  return (await readPrivateFile(path)) as string
}
