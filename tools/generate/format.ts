import { spawn } from 'node:child_process'

/** Formats generated text as the linter wants it, so that what is generated is also what is checked. */
export function formatted(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const biome = spawn('node_modules/.bin/biome', ['format', `--stdin-file-path=${path}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const chunks: Buffer[] = []
    biome.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    biome.on('error', reject)
    biome.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(new Error(`Biome could not format ${path}.`))
    })
    biome.stdin.end(text)
  })
}
