import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The migrations that this release brings, with the checksums of their texts, oldest first. */
export async function readReleaseMigrations(): Promise<ReadonlyMap<string, string>> {
  const server = dirname(createRequire(import.meta.url).resolve('@claviger/server/package.json'))
  const folder = join(server, 'src', 'migrations')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return new Map(
    names.map((name, i) => [
      name,
      createHash('sha256')
        .update(texts[i] ?? '')
        .digest('hex'),
    ]),
  )
}
