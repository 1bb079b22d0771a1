import { randomUUID } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { runCommand, temporaryFolder } from '../../testing/run-command.js'

/** A database without anything in it, for the time of a test. */
async function emptyDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const administrator = new pg.Client({ connectionString: inject('postgresUrl') })
  await administrator.connect()
  await administrator.query(`create database ${name}`)
  onTestFinished(async () => {
    await administrator.query(`drop database ${name} with (force)`)
    await administrator.end()
  })
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

it('applies what the configured database lacks, with a bar for a person, and then nothing', async () => {
  const env = { CLAVIGER_DATABASE_URL: await emptyDatabase() }
  const first = await runCommand(['migrate'], { env, columns: 80 })
  expect(first.exitCode).toBe(0)
  expect(first.stdout).toContain('Applied 000001_foundation.sql\n')
  expect(first.stdout).toMatch(/\n\d+ migrations applied to the database of CLAVIGER_DATABASE_URL\.\n$/)
  expect(first.stderr).toMatch(/Migrating █+░+ 1 of \d+/)
  expect(first.stderr.endsWith('\r\u001b[2K')).toBe(true)

  expect(await runCommand(['migrate'], { env })).toEqual({
    exitCode: 0,
    stdout: 'Nothing to apply: the database of CLAVIGER_DATABASE_URL is up to date.\n',
    stderr: '',
  })
})

it('prints JSON, and nothing on stderr, for a program', async () => {
  const env = { CLAVIGER_DATABASE_URL: await emptyDatabase() }
  const { exitCode, stdout, stderr } = await runCommand(['migrate', '--json'], { env })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(JSON.parse(stdout).applied[0]).toBe('000001_foundation.sql')
  const again = await runCommand(['migrate', '--json'], { env })
  expect(JSON.parse(again.stdout)).toEqual({ applied: [] })
})

it('makes and migrates the private database, and refuses one that is in use', async () => {
  const folder = await temporaryFolder()
  await chmod(folder, 0o711)
  const dataDir = join(folder, '.claviger')
  const { exitCode, stdout } = await runCommand(['migrate'], { cwd: folder })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/ migrations applied to the private database in .+\.\n$/)

  const { acquireDataDirectoryLock } = await import('@claviger/server/embedded-postgres')
  const lock = acquireDataDirectoryLock(dataDir)
  onTestFinished(() => lock.release())
  expect(await runCommand(['migrate'], { cwd: folder })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining(`${dataDir} is in use by process ${process.pid}; stop that one`),
  })
})

it('answers 5 for a database that is not there, and 1 for every variable that is wrong', async () => {
  const nowhere = { CLAVIGER_DATABASE_URL: 'postgres://x:secret@127.0.0.1:9/x' }
  expect(await runCommand(['migrate'], { env: nowhere })).toEqual({
    exitCode: 5,
    stdout: '',
    stderr:
      'The database of CLAVIGER_DATABASE_URL cannot be reached. Check its host, its port and that it runs.\n',
  })
  const wrong = { CLAVIGER_DATABASE_URL: 'mysql://x', CLAVIGER_PORT: 'x' }
  const { exitCode, stderr } = await runCommand(['migrate'], { env: wrong })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('CLAVIGER_DATABASE_URL')
  expect(stderr).toContain('CLAVIGER_PORT')
})
