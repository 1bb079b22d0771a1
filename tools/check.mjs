// `npm run check`: everything that can be said about the code without running it.
import { bin, build, install, root, run } from './bootstrap.mjs'

const source = ['--conditions=source', '--import', 'tsx']
const steps = [
  ['types', bin('tsc'), ['-b', 'tsconfig.json']],
  ['types of tests and tools', bin('tsc'), ['--noEmit', '-p', 'tsconfig.tests.json']],
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['house rules', process.execPath, [...source, 'tools/check-house.ts']],
  ['generated files', process.execPath, [...source, 'tools/generate.ts', '--check']],
  ['package exports', bin('publint'), ['packages/sdk', '--strict']],
]

await install()
await build()
for (const [name, command, args] of steps) {
  console.log(`check: ${name}`)
  await run(command, args, { cwd: root })
}
