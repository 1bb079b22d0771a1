// What every script needs before it can begin, on a machine that has only git, npm and Node. It runs before
// anything is installed, so it uses nothing but Node, and no syntax that an old Node would not parse.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Claviger needs Node 20.19 or newer; this is ${process.versions.node}. Install one from nodejs.org.`,
  )
  process.exit(1)
}

/** Installs what the lock file names, unless it is installed already. */
export async function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.claviger-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log('Installing what package-lock.json names …')
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}

/** Compiles what has changed since the last time; nothing, when nothing has. */
export async function build() {
  const stamp = join(root, 'node_modules', '.claviger-build')
  if (existsSync(stamp) && newestSource() <= statSync(stamp).mtimeMs) return
  const startedAt = new Date()
  await run(bin('tsc'), ['-b', 'tsconfig.json'])
  // The CommonJS half of the SDK lies below a package of modules, and has to say that it is none.
  writeFileSync(join(root, 'packages/sdk/dist/cjs/package.json'), '{"type":"commonjs"}\n')
  writeFileSync(stamp, startedAt.toISOString())
}

/** Runs a program in the root of the repository; a failure ends this process with the same code. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', (error) => {
      console.error(`${command} could not be run: ${error.message}`)
      process.exit(1)
    })
    child.on('close', (code) => {
      if (code !== 0) process.exit(code ?? 1)
      resolve()
    })
  })
}

/** The path of a program that a dependency brings. */
export function bin(name) {
  return join(root, 'node_modules', '.bin', name)
}

function newestSource() {
  let newest = statSync(join(root, 'package-lock.json')).mtimeMs
  const folders = ['packages', 'bench']
  while (folders.length > 0) {
    const folder = folders.pop()
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (['node_modules', 'dist'].includes(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else if (/\.(ts|json)$/.test(entry.name)) newest = Math.max(newest, statSync(join(root, path)).mtimeMs)
    }
  }
  return newest
}
