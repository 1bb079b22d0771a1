import { spawn } from 'node:child_process'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createInstallation, type Installation } from './installation.js'

let installation: Installation
beforeEach(async () => {
  installation = await createInstallation()
})
afterEach(() => installation.remove())

test('the first start says where to go, and the end is clean', async () => {
  await installation.start()
  await expect.poll(() => installation.output()).toMatch(/Claviger is running, started in \d+\.\d s/)
  expect(installation.output()).toContain(`${installation.url}/#setup=setup_`)
  expect(installation.output()).toContain('npx claviger keys create')
  expect(await installation.signal('SIGINT')).toEqual({ code: 0 })
  expect(await readdir(installation.dataDir)).not.toContain('claviger.pid')
})

test('what was there before a restart is there after it, with the same keys', async () => {
  await installation.start()
  const authorization = `Bearer ${await installation.makeKey()}`
  const created = await fetch(`${installation.url}/v1/admin/users`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com' }),
  })
  expect(created.status).toBe(201)
  const keySet = await (await fetch(`${installation.url}/.well-known/jwks.json`)).json()
  await installation.signal('SIGTERM')
  await installation.start()
  const listed = await fetch(`${installation.url}/v1/admin/users`, { headers: { authorization } })
  expect(await listed.json()).toMatchObject({ total: 1 })
  expect(await (await fetch(`${installation.url}/.well-known/jwks.json`)).json()).toEqual(keySet)
})

test('a second start on the same data directory names who holds it', async () => {
  await installation.start()
  const second = await installation.run({ CLAVIGER_PORT: '0' })
  expect(second.code).toBe(1)
  expect(second.output).toMatch(/\b\d+\b/)
  expect(second.output).toContain(installation.dataDir)
  expect(second.output.trim().split('\n')).toHaveLength(1)
})

test('a taken port is one sentence that says what to do', async () => {
  const holder = createServer()
  const port = Number(new URL(installation.url).port)
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
  const { code, output } = await installation.run()
  holder.close()
  expect(code).toBe(1)
  expect(output.trim()).toBe(
    `Port ${port} is taken. Stop what listens there, or set CLAVIGER_PORT to another one.`,
  )
})

test('bad configuration lists every bad variable at once, and starts nothing', async () => {
  const { code, output } = await installation.run({
    CLAVIGER_PORT: '99999',
    CLAVIGER_WORKER: 'perhaps',
    CLAVIGER_MASTER_KEY: 'short',
    CLAVIGER_PROT: '8080',
  })
  expect(code).toBe(1)
  for (const name of ['CLAVIGER_PORT', 'CLAVIGER_WORKER', 'CLAVIGER_MASTER_KEY', 'CLAVIGER_PROT']) {
    expect(output).toContain(name)
  }
  await expect(readdir(installation.dataDir)).rejects.toThrow('ENOENT')
})

test('a master key that is missing for existing data is refused, and so is another one', async () => {
  await installation.start()
  await installation.signal('SIGTERM')
  const key = join(installation.dataDir, 'master.key')
  await rename(key, `${key}.away`)
  const missing = await installation.run()
  expect(missing).toMatchObject({ code: 1, output: expect.stringContaining('there is no master key') })
  await writeFile(key, 'ab'.repeat(32))
  const other = await installation.run()
  expect(other).toMatchObject({
    code: 1,
    output: expect.stringContaining('not the one that sealed this data'),
  })
  await rename(`${key}.away`, key)
  await installation.start()
})

test('a database that cannot be reached is one sentence, without its password', async () => {
  const { code, output } = await installation.run({
    CLAVIGER_DATABASE_URL: 'postgres://claviger:hunter2hunter2@127.0.0.1:1/claviger',
  })
  expect(code).toBe(1)
  expect(output).toContain('cannot be reached')
  expect(output).not.toContain('hunter2')
})

test('the end of the database is noticed, named, and ends the rest', async () => {
  await installation.start()
  const [pid] = (await readFile(join(installation.dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')
  const ended = expect.poll(() => installation.output()).toContain('The database ended by itself')
  process.kill(Number(pid), 'SIGKILL')
  await ended
  await expect.poll(() => fetch(installation.url).catch(() => 'gone')).toBe('gone')
})

test('npm start ends with everything it started when npm is told to end', async () => {
  const npm = spawn('npm', ['start'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CLAVIGER_PORT: new URL(installation.url).port,
      CLAVIGER_DATA_DIR: installation.dataDir,
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  const ready = () =>
    fetch(`${installation.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(ready, { timeout: 120_000 }).toBe(true)
  expect(await readdir(installation.dataDir)).toContain('claviger.pid')
  npm.kill('SIGTERM')
  // The lock is given free at the very end, after the database.
  await expect.poll(() => readdir(installation.dataDir)).not.toContain('claviger.pid')
  expect(await ready()).toBe(false)
}, 240_000)
