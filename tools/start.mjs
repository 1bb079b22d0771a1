// `npm start`: install, build, run. `npm run dev`: the same from source, starting again on every change.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build, install, root } from './bootstrap.mjs'

// With many lists under way V8's usual 16 MB for young objects are too few: with twice that, one costs a tenth less.
const nodeOptions = ['--max-semi-space-size=32']

const startedAt = Date.now()
await install()

if (process.argv.includes('--watch')) {
  const server = join(root, 'packages/server/src/run.ts')
  follow(['--conditions=source', '--import', 'tsx', '--watch', '--watch-preserve-output', server], {})
} else {
  await build()
  // The time that the server shows is that since this began, not since its own process did.
  follow([...nodeOptions, join(root, 'packages/server/dist/run.js')], {
    CLAVIGER_STARTED_AT: String(startedAt),
  })
}

/** Runs the server as the one child, and ends with it and as it did. */
function follow(args, env) {
  // Over the channel the server notices that this process is gone, however it went.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(process.execPath, args, { stdio, cwd: root, env: { ...process.env, ...env } })
  // A terminal sends Ctrl-C to both; a supervisor sends SIGTERM only here.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // npm passes a signal to its shell and no further: what is left of that is another parent.
  const parent = process.ppid
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 250).unref()
  child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
