// Runs a TypeScript program of the repository from source: `node tools/run.mjs tools/generate.ts`. With
// `--built`, what it starts as a process of its own is compiled first.
import { build, install, root, run } from './bootstrap.mjs'

await install()
const [first, ...rest] = process.argv.slice(2)
const built = first === '--built'
if (built) await build()
const program = built ? rest : [first, ...rest]
await run(process.execPath, ['--conditions=source', '--import', 'tsx', ...program], { cwd: root })
