import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { version } from '../src/version.js'

const program = fileURLToPath(new URL('claviger.mjs', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))
const variables = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('CLAVIGER_')),
)
let folder: string

beforeAll(async () => {
  // What is run here is compiled; nothing is done where everything is up to date.
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/cli'], { cwd: root })
  folder = await mkdtemp(join(tmpdir(), 'claviger-bin-'))
  await chmod(folder, 0o711)
}, 240_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

function claviger(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env: variables }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

it('exits as documented', async () => {
  expect(await claviger('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  expect(await claviger('users', 'list', '--nonsense')).toMatchObject({ code: 2, stdout: '' })
  expect(await claviger('users', 'list')).toMatchObject({ code: 5, stdout: '' })
})

it('says what to do before anything is built', async () => {
  const copy = join(folder, 'copy', 'bin', 'claviger.mjs')
  await cp(program, copy)
  const outcome = promisify(execFile)(process.execPath, [copy])
  await expect(outcome).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'Build Claviger first: npm start or npm run build.\n',
  })
})

it('starts a server, makes a key on it, finds it healthy, and stops it in good order', async () => {
  const server = spawn(program, ['start'], { cwd: folder, env: { ...variables, CLAVIGER_PORT: '0' } })
  try {
    await untilSaid(server, 'Claviger is running')
    const key = await claviger('keys', 'create', '--project', 'default', '--environment', 'test')
    expect(key).toEqual({ code: 0, stdout: expect.stringMatching(/^sk_test_\w+\n$/), stderr: '' })
    expect(await claviger('users', 'get', 'nobody@example.com')).toMatchObject({ code: 3 })
    expect(await claviger('migrate')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('in use by process'),
    })

    const doctor = await claviger('doctor')
    expect(doctor.stdout).not.toContain('✗')
    expect(doctor).toMatchObject({ code: 0, stderr: '' })
  } finally {
    server.kill('SIGTERM')
    expect(await once(server, 'exit')).toEqual([0, null])
  }

  const stopped = await claviger('doctor')
  expect(stopped.stdout.match(/^✗.*/gm)).toEqual([
    '✗ Server          It is not running. Start it with npm start.',
  ])
  expect(await claviger('migrate')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing to apply/),
  })
}, 240_000)

async function untilSaid(child: ChildProcess, words: string): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk
      if (said.includes(words)) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => reject(new Error(`It ended: ${said}`)))
  })
}
