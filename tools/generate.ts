import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generateConfiguration } from './generate/configuration.js'
import { generateReference } from './generate/reference.js'
import { generateSdk } from './generate/sdk.js'
import { generateTables } from './generate/tables.js'

/** Folders that hold nothing but what is generated: a file that is generated no more is removed. */
const generatedFolders = ['packages/sdk/src/generated', 'docs/reference']

/**
 * Derives everything that follows from the contract, the migrations and the configuration. With `--check` it
 * writes nothing and fails when a file is not what it would write.
 */
async function generate(check: boolean): Promise<void> {
  const parts = [generateTables, generateSdk, generateReference, generateConfiguration]
  const files = new Map<string, string>()
  for (const part of parts) for (const [path, text] of await part()) files.set(path, text)

  const stale: string[] = []
  for (const [path, text] of files) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) stale.push(path)
  }
  const surplus: string[] = []
  for (const folder of generatedFolders) {
    for (const name of await readdir(folder)) {
      if (!files.has(join(folder, name))) surplus.push(join(folder, name))
    }
  }
  if (check) {
    if (stale.length + surplus.length === 0) return
    console.error(
      `Not as generated: ${[...stale, ...surplus].join(', ')}. Run npm run generate and commit the result.`,
    )
    process.exit(1)
  }
  for (const path of stale) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, files.get(path) as string)
    console.log(`wrote ${path}`)
  }
  for (const path of surplus) {
    await rm(path)
    console.log(`removed ${path}`)
  }
}

await generate(process.argv.includes('--check'))
