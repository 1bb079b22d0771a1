import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const heading = `# Benchmarks

Written by \`npm run bench\`; text between the markers is replaced by the next run. How it measures:
[bench/README.md](../bench/README.md).
`

/** Puts a section between its markers in the report, which is created when there is none. */
export async function writeSection(path: string, name: string, section: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return heading
    throw error
  })
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, replaceSection(present, name, section))
}

/** Replaces what stands between the markers of `name`; without markers the section goes to the end. */
export function replaceSection(document: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const block = `${begin}\n\n${section.trim()}\n\n${end}`
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from === -1 && to === -1) return `${document.trimEnd()}\n\n${block}\n`
  if (from === -1 || to < from) throw new Error(`The report has only one of the markers ${begin} and ${end}.`)
  return document.slice(0, from) + block + document.slice(to + end.length)
}
