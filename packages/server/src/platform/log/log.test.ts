import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLog } from './log.js'

const hasFullDevice = process.platform === 'linux'

test.runIf(hasFullDevice)('a disk that is full costs lines of the log, and nothing else', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'claviger-log-'))
  await symlink('/dev/full', join(dataDir, 'claviger.log'))
  const told: string[] = []
  const write = process.stderr.write
  process.stderr.write = ((text: string) => told.push(text) > 0) as typeof write
  try {
    const log = await openLog({ level: 'info', destination: 'file', dataDir })
    for (let i = 0; i < 3; i++) log.logger.info({ i }, 'x'.repeat(2 * 1024 * 1024))
    await expect.poll(() => told.join('')).toMatch(/^The log cannot be written: ENOSPC.*\n$/)
    log.logger.info('Still here.')
    log.flush()
  } finally {
    process.stderr.write = write
  }
  await rm(dataDir, { recursive: true })
})

test('lines are handed over together, after a moment by themselves, and none is lost or told twice', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'claviger-log-'))
  const log = await openLog({ level: 'info', destination: 'file', dataDir })
  const told = async () => {
    const lines = (await readFile(join(dataDir, 'claviger.log'), 'utf8')).split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line).i)
  }
  const numbers = Array.from({ length: 500 }, (_, i) => i)
  for (const i of numbers) log.logger.info({ i })
  await expect.poll(told).toEqual(numbers)
  log.flush()
  expect(await told()).toEqual(numbers)
  await rm(dataDir, { recursive: true })
})

test('what was logged is in the file once it is flushed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'claviger-log-'))
  const log = await openLog({ level: 'info', destination: 'file', dataDir })
  log.logger.info({ status: 200, password: 'secret' })
  log.flush()
  const [line = ''] = (await readFile(join(dataDir, 'claviger.log'), 'utf8')).split('\n')
  expect(JSON.parse(line)).toEqual({ level: 30, time: expect.any(String), status: 200 })
  await rm(dataDir, { recursive: true })
})
