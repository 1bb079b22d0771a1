// Runs a TypeScript program of the repository from source: `node tools/run.mjs tools/generate.ts`.
import { install, root, run } from './bootstrap.mjs'

await install()
const [program, ...args] = process.argv.slice(2)
await run(process.execPath, ['--conditions=source', '--import', 'tsx', program, ...args], { cwd: root })
