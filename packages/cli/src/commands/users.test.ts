import { testServer } from '@claviger/server/testing'
import { describe, expect, it } from 'vitest'
import { linesOf, operatorOf, runCommand } from '../../testing/run-command.js'

const server = testServer()

/** A new environment, with the variables that name it. */
async function place() {
  const environment = await server.environment()
  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: environment.secretKey }
  return { ...environment, env }
}

describe('users list', () => {
  it('shows users newest first in aligned lines of at most 80 characters', async () => {
    const { env, sdk } = await place()
    const ada = await sdk.users.create({ email: 'ada@example.com' })
    const long = await sdk.users.create({ email: 'somebody.with.a.rather.long.address@example.com' })
    await sdk.users.ban(ada.id)
    const { exitCode, stdout, stderr } = await runCommand(['users', 'list'], { env, columns: 80 })
    const lines = linesOf(stdout)
    const today = ada.createdAt.slice(0, 10)
    expect(lines).toEqual([
      'ID                                    CREATED     STATE   USER',
      `${long.id}  ${today}  active  somebody.with.a.rathe…`,
      `${ada.id}  ${today}  banned  ada@example.com`,
    ])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `2 users in ${server.url}\n` })
  })

  it('cuts and colours nothing for a pipe, and says nothing beside the rows', async () => {
    const { env, sdk } = await place()
    const email = `${'a'.repeat(60)}@example.com`
    await sdk.users.create({ email })
    const { stdout, stderr } = await runCommand(['users', 'list'], { env })
    expect(stdout).toContain(email)
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toBe('')
  })

  it('colours only for a terminal whose person has not set NO_COLOR', async () => {
    const { env, sdk } = await place()
    await sdk.users.create({})
    expect((await runCommand(['users', 'list'], { env, columns: 80 })).stdout).toContain('\u001b[2m')
    const plain = { ...env, NO_COLOR: '1' }
    expect((await runCommand(['users', 'list'], { env: plain, columns: 80 })).stdout).not.toContain('\u001b')
  })

  it('filters by search, address and ban', async () => {
    const { env, sdk } = await place()
    const ada = await sdk.users.create({ email: 'ada@example.com' })
    await sdk.users.create({ email: 'bob@example.org', username: 'bob' })
    await sdk.users.ban(ada.id)
    const emails = async (...filter: string[]) => {
      const { stdout } = await runCommand(['users', 'list', '--json', ...filter], { env })
      return JSON.parse(stdout).users.map(({ email }: { email: string }) => email)
    }
    expect(await emails('--search', 'example.org')).toEqual(['bob@example.org'])
    expect(await emails('--email', 'ADA@example.com')).toEqual(['ada@example.com'])
    expect(await emails('--banned')).toEqual(['ada@example.com'])
    expect(await emails('--banned', '--search', 'bob')).toEqual([])
  })

  it('walks every page with --all, with a bar on stderr for a person only', async () => {
    const { env, id } = await place()
    await server.owner.query(
      `insert into users (environment_id, id, username)
       select $1, gen_random_uuid(), 'user-' || n from generate_series(1, 250) n`,
      [id],
    )
    const { stdout, stderr } = await runCommand(['users', 'list', '--all'], { env, columns: 80 })
    expect(stdout.trimEnd().split('\n')).toHaveLength(251)
    expect(new Set(stdout.match(/user-\d+/g)).size).toBe(250)
    expect(stderr).toContain('Reading ██████████░░░░░░░░░░░░░░ 100 of 250')
    expect(stderr).toContain(`\r\u001b[2K250 users in ${server.url}\n`)

    const piped = await runCommand(['users', 'list', '--all', '--json'], { env })
    expect(piped.stderr).toBe('')
    expect(JSON.parse(piped.stdout)).toMatchObject({ total: 250 })
    expect(JSON.parse(piped.stdout).users).toHaveLength(250)
  })

  it('asks for no more than --limit', async () => {
    const { env, id } = await place()
    await server.owner.query(
      `insert into users (environment_id, id) select $1, gen_random_uuid() from generate_series(1, 205)`,
      [id],
    )
    let requests = 0
    const counting = (url: string, init: RequestInit) => {
      requests++
      return fetch(url, init)
    }
    const shown = async (limit: string) => {
      requests = 0
      const args = ['users', 'list', '--json', '--limit', limit]
      const { stdout } = await runCommand(args, { env, fetch: counting })
      return { rows: JSON.parse(stdout).users.length, total: JSON.parse(stdout).total, requests }
    }
    expect(await shown('7')).toEqual({ rows: 7, total: 205, requests: 1 })
    expect(await shown('100')).toEqual({ rows: 100, total: 205, requests: 1 })
    expect(await shown('101')).toEqual({ rows: 101, total: 205, requests: 2 })
    expect(await shown('1000')).toEqual({ rows: 205, total: 205, requests: 3 })
  })

  it('shows names that hold control characters without obeying them', async () => {
    const { env, sdk } = await place()
    await sdk.users.create({ externalId: 'x\u001b]0;owned\u0007\n\u202ey' })
    const { stdout } = await runCommand(['users', 'list'], { env, columns: 120 })
    expect(stdout).toContain('x\u{fffd}]0;owned\u{fffd}\u{fffd}\u{fffd}y\n')
  })

  it('says that there is nothing, with code 0', async () => {
    const { env } = await place()
    expect(await runCommand(['users', 'list'], { env })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `No users in ${server.url}\n`,
    })
    expect(JSON.parse((await runCommand(['users', 'list', '--json'], { env })).stdout)).toEqual({
      users: [],
      total: 0,
    })
  })

  it('refuses a limit that is none, and --all beside a limit', async () => {
    for (const args of [
      ['--limit', '0'],
      ['--limit', 'ten'],
      ['--limit', '5', '--all'],
    ]) {
      expect(await runCommand(['users', 'list', ...args])).toMatchObject({ exitCode: 2, stdout: '' })
    }
  })
})

describe('users get', () => {
  it('shows a user by id and by address in any case', async () => {
    const { env, sdk } = await place()
    const user = await sdk.users.create({
      email: 'ada@example.com',
      emailVerified: true,
      phoneNumber: '+4915112345678',
      username: 'ada',
      publicMetadata: { tier: 'gold' },
    })
    for (const who of [user.id, 'Ada@Example.com']) {
      const { exitCode, stdout } = await runCommand(['users', 'get', who], { env })
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`Id                ${user.id}\n`)
      expect(stdout).toContain('Email             ada@example.com (primary, verified)\n')
      expect(stdout).toContain('Phone             +4915112345678\n')
      expect(stdout).toContain('Username          ada\n')
      expect(stdout).toContain('Public metadata   {"tier":"gold"}\n')
    }
  })

  it('prints what the API answers as JSON', async () => {
    const { env, sdk } = await place()
    const user = await sdk.users.create({ email: 'ada@example.com' })
    const { stdout } = await runCommand(['--json', 'users', 'get', 'ada@example.com'], { env })
    expect(JSON.parse(stdout)).toEqual({ user })
  })

  it('answers 3 for nobody', async () => {
    const { env } = await place()
    const lookFor = 'Look for it with claviger users list --search.\n'
    expect(await runCommand(['users', 'get', 'nobody'], { env })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `There is no such user in ${server.url}. ${lookFor}`,
    })
    expect(await runCommand(['users', 'get', 'nobody@example.com'], { env })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `No user in ${server.url} has the address nobody@example.com. ${lookFor}`,
    })
  })
})

describe('users ban and unban', () => {
  it('bans until unbanned, ends the sessions, and unbans', async () => {
    const made = await place()
    const [project = ''] = made.name.split('/')
    const at = ['--project', project, '--environment', 'test']
    const env = await operatorOf(server)
    const browser = await made.signedUp('ada@example.com')

    const ban = ['users', 'ban', 'ada@example.com', '--reason', 'Terms of service', ...at]
    expect(await runCommand(ban, { env })).toEqual({
      exitCode: 0,
      stdout: `Banned ada@example.com in ${made.name}; ended 1 session.\n`,
      stderr: '',
    })
    expect((await browser.get('/v1/me')).status).toBe(401)
    const shown = await runCommand(['users', 'get', 'ada@example.com', ...at], { env })
    expect(shown.stdout).toContain('Banned            until unbanned: Terms of service\n')

    expect(await runCommand(['users', 'unban', browser.userId, ...at], { env })).toEqual({
      exitCode: 0,
      stdout: `ada@example.com may sign in to ${made.name} again.\n`,
      stderr: '',
    })
    expect(await made.sdk.users.get(browser.userId)).toMatchObject({ isBanned: false })
  })

  it('bans for a span and until a moment', async () => {
    const { env, sdk } = await place()
    const { id } = await sdk.users.create({ email: 'ada@example.com' })
    const now = () => Date.UTC(2030, 0, 1, 12)
    const week = await runCommand(['users', 'ban', id, '--until', '7d'], { env, now })
    expect(week.stdout).toContain('until 2030-01-08 12:00 UTC; ended 0 sessions.\n')
    const moment = ['users', 'ban', id, '--until', '2031-05-06T07:08:09+02:00', '--json']
    const { stdout } = await runCommand(moment, { env, now })
    expect(JSON.parse(stdout)).toEqual({
      user: expect.objectContaining({ isBanned: true, banExpiresAt: '2031-05-06T05:08:09.000Z' }),
      ended: { sessions: 0, apiKeys: 0 },
    })
  })

  it('refuses an end that has passed or is none, before it asks the server', async () => {
    for (const until of ['2020-01-01', 'tomorrow', '0d', '']) {
      const { exitCode, stderr } = await runCommand(['users', 'ban', 'x', '--until', until])
      expect(exitCode).toBe(2)
      expect(stderr).toContain('It must be a time that is still to come.')
    }
  })

  it('answers 3 for nobody', async () => {
    const { env } = await place()
    for (const verb of ['ban', 'unban']) {
      expect(await runCommand(['users', verb, 'nobody'], { env })).toMatchObject({ exitCode: 3 })
    }
  })
})
