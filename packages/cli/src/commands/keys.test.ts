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

  it('makes a key that may do and may ask for what is said', async () => {
    const { env, at } = await place()
    const terms = [
      '--permission',
      'users:read',
      'events:read',
      '--per-minute',
      '60',
      '--description',
      'Nightly',
    ]
    const { stdout } = await runCommand(['keys', 'create', ...at, ...terms, '--json'], { env })
    expect(JSON.parse(stdout).secretKey).toMatchObject({
      permissions: ['users:read', 'events:read'],
      rateLimitPerMinute: 60,
      rateLimitPerHour: null,
      description: 'Nightly',
    })
  })

  it('answers 4 to a key that would give what it lacks', async () => {
    const { operator } = await place()
    const { secret } = await operator.secretKeys.create({ name: 'x', permissions: ['secret_keys:write'] })
    const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: secret }
    const { exitCode, stderr } = await runCommand(['keys', 'create'], { env })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('No credential manages a key that is stronger than itself')
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

  it('keeps the reason, which keys show tells', async () => {
    const { env, at, operator } = await place()
    const { id } = (await operator.secretKeys.create({ name: 'Leaked' })).secretKey
    await runCommand(['keys', 'revoke', id, ...at, '--reason', 'Found in a repository'], { env })
    const { stdout } = await runCommand(['keys', 'show', id, ...at], { env })
    expect(stdout).toMatch(/^Revoked +\d{4}-.+ by operator: Found in a repository$/m)
  })

  it('does not send the key itself, which would land in logs', async () => {
    const fetch = () => Promise.reject(new Error('nothing is to be sent'))
    const { env } = await place()
    for (const verb of ['revoke', 'rotate', 'deprecate', 'disable', 'enable', 'show']) {
      const { exitCode, stderr } = await runCommand(['keys', verb, 'sk_test_secret'], { env, fetch })
      expect(exitCode, verb).toBe(2)
      expect(stderr, verb).not.toContain('sk_test_secret')
    }
  })
})

describe('keys rotate', () => {
  it('prints the new key alone on its line, and until when the old one works to a person', async () => {
    const { env, at, operator, name } = await place()
    const old = await operator.secretKeys.create({ name: 'Backend' })
    const rotate = ['keys', 'rotate', old.secretKey.id, ...at, '--grace', '48']
    const { exitCode, stdout, stderr } = await runCommand(rotate, { env, columns: 80 })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^sk_test_\w+\n$/)
    expect(stderr).toContain(`${old.secretKey.prefix}… (Backend) of ${name} works until `)
    const { replacedById, gracePeriodEndsAt, deprecatedAt } = await operator.secretKeys.get(old.secretKey.id)
    expect(Date.parse(gracePeriodEndsAt ?? '') - Date.parse(deprecatedAt ?? '')).toBe(48 * 3_600_000)
    expect((await operator.secretKeys.get(replacedById ?? '')).prefix).toBe(stdout.slice(0, 16))
    expect(await runCommand(rotate, { env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(replacedById ?? ''),
    })
  })

  it('answers 2 for a grace period that is none', async () => {
    const { env, at, operator } = await place()
    const { id } = (await operator.secretKeys.create({ name: 'Backend' })).secretKey
    for (const hours of ['soon', '-1', '721'])
      expect(await runCommand(['keys', 'rotate', id, ...at, '--grace', hours], { env })).toMatchObject({
        exitCode: 2,
      })
  })
})

describe('keys deprecate, disable and enable', () => {
  it('say what they did, and keys list and show tell how the key is', async () => {
    const { env, at, operator, name } = await place()
    const { id, prefix } = (
      await operator.secretKeys.create({ name: 'Backend', rateLimitPerHour: 10, allowedNamespaces: ['shop'] })
    ).secretKey
    const run = async (...words: string[]) => (await runCommand(['keys', ...words, ...at], { env })).stdout
    expect(await run('deprecate', id, '--reason', 'Moved')).toMatch(/ works until \d{4}-.+ UTC\.\n$/)
    expect(await run('list')).toContain('deprecated')
    expect(await run('disable', id)).toBe(`Disabled ${prefix}… (Backend) of ${name}.\n`)
    const shown = await run('show', id)
    for (const line of [/^Status +disabled$/m, /^Namespaces +shop$/m, /^An hour +10 requests$/m])
      expect(shown).toMatch(line)
    expect(shown).toMatch(/^Used since then +0 times$/m)
    expect(await run('enable', id)).toBe(`Enabled ${prefix}… (Backend) of ${name}: it is deprecated.\n`)
    expect(JSON.parse(await run('show', id, '--json'))).toMatchObject({
      secretKey: { id, status: 'deprecated' },
      revocations: [],
    })
  })
})
