import { testServer } from '@claviger/server/testing'
import { describe, expect, it } from 'vitest'
import { linesOf, operatorOf, runCommand } from '../../testing/run-command.js'

const server = testServer()

/** A new environment, with the words that name it on the command line. */
async function place() {
  const environment = await server.environment()
  const [project = ''] = environment.name.split('/')
  return {
    ...environment,
    env: await operatorOf(server),
    at: ['--project', project, '--environment', 'test'],
  }
}

describe('keys create', () => {
  it('prints a working secret key, alone on its line', async () => {
    const { env, at } = await place()
    const { exitCode, stdout, stderr } = await runCommand(['keys', 'create', ...at], { env })
    expect(stdout).toMatch(/^sk_test_\w+\n$/)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })

    const withKey = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: stdout.trim() }
    expect(await runCommand(['users', 'list', '--json'], { env: withKey })).toMatchObject({ exitCode: 0 })
  })

  it('says on stderr that the key is shown once, to a person at a terminal', async () => {
    const { env, at, name } = await place()
    const { stdout, stderr } = await runCommand(['keys', 'create', ...at], { env, columns: 80 })
    expect(stdout).toMatch(/^sk_test_\w+\n$/)
    expect(stderr).toBe(`This secret key of ${name} is shown this once: keep it safe.\n`)
  })

  it('makes a publishable key with a name, in the default project and its live environment', async () => {
    const env = await operatorOf(server)
    const args = ['keys', 'create', '--publishable', '--name', 'Sign-in page', '--json']
    const { exitCode, stdout } = await runCommand(args, { env })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      secret: expect.stringMatching(/^pk_live_/),
      secretKey: expect.objectContaining({ kind: 'publishable', name: 'Sign-in page', revokedAt: null }),
    })
  })

  it('answers 3 for an environment that is not there, and 2 for a name of one that cannot be', async () => {
    const env = await operatorOf(server)
    expect(await runCommand(['keys', 'create', '--project', 'nope'], { env })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: 'There is no environment nope/live. Name one that exists with --project and --environment.\n',
    })
    expect(await runCommand(['keys', 'create', '--environment', 'prod'], { env })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("argument 'prod' is invalid"),
    })
  })

  it('answers 2 for a name that the server refuses', async () => {
    const { env, at } = await place()
    const { exitCode, stderr } = await runCommand(['keys', 'create', ...at, '--name', ''], { env })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^name: .+\n$/)
  })

  it('answers 4 to a secret key, which may not make others', async () => {
    const { secretKey } = await place()
    const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: secretKey }
    const { exitCode, stderr } = await runCommand(['keys', 'create'], { env })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('Run this on the host of the server, without a URL.')
  })
})

describe('keys list', () => {
  it('shows every key in lines of at most 80 characters, and how many there are', async () => {
    const { env, at, name, operator } = await place()
    await operator.secretKeys.create({ name: 'A name that is much too long for a line of eighty characters' })
    const { stdout, stderr } = await runCommand(['keys', 'list', ...at], { env, columns: 80 })
    const lines = linesOf(stdout)
    expect(lines[0]).toBe('ID                                    KEY BEGINS WITH   LAST USED   NAME')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toMatch(/^[0-9a-f-]{36} {2}sk_test_\w{8} {2}never {7}A name that…$/)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
    expect(stderr).toBe(`3 keys in ${name}\n`)
  })

  it('prints JSON with every key and without secrets', async () => {
    const { env, at, secretKey } = await place()
    const { stdout } = await runCommand(['keys', 'list', ...at, '--json'], { env })
    const { secretKeys, total } = JSON.parse(stdout)
    expect(total).toBe(2)
    expect(secretKeys.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['publishable', 'secret'])
    expect(stdout).not.toContain(secretKey)
  })
})

describe('keys revoke', () => {
  it('ends a key at once, and a second time as well', async () => {
    const { env, at, name, operator, secretKey } = await place()
    const { secretKeys } = await operator.secretKeys.list()
    const id = secretKeys.find(({ kind }) => kind === 'secret')?.id ?? ''
    const revoke = ['keys', 'revoke', id, ...at]
    const { exitCode, stdout } = await runCommand(revoke, { env })
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `Revoked ${secretKey.slice(0, 16)}… (Test) of ${name}.\n`,
    })
    expect(await runCommand(revoke, { env })).toMatchObject({ exitCode: 0 })

    const withKey = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: secretKey }
    const { exitCode: refused, stderr } = await runCommand(['users', 'list'], { env: withKey })
    expect(refused).toBe(4)
    expect(stderr).toMatch(/^The secret key was revoked\. .+\n$/)
    expect((await runCommand(['keys', 'list', ...at], { env })).stdout).toContain('revoked')
  })

  it('answers 3 for a key that is not there', async () => {
    const { env, at, name } = await place()
    const { exitCode, stderr } = await runCommand(['keys', 'revoke', 'nothing', ...at], { env })
    expect(exitCode).toBe(3)
    expect(stderr).toBe(`There is no such key in ${name}. Look for its id with claviger keys list.\n`)
  })

  it('does not send the key itself, which would land in logs', async () => {
    const fetch = () => Promise.reject(new Error('nothing is to be sent'))
    const { env } = await place()
    expect(await runCommand(['keys', 'revoke', 'sk_test_secret'], { env, fetch })).toMatchObject({
      exitCode: 2,
    })
  })
})
