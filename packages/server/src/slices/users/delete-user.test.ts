import type { Claviger } from '@claviger/sdk'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

async function typesOf(sdk: Claviger): Promise<string[]> {
  return (await sdk.events.list()).events.map(({ type }) => type)
}

async function tables(): Promise<string[]> {
  const { rows } = await server.owner.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'claviger' order by 1",
  )
  return rows.map(({ name }) => name)
}

/** The tables of which any row, as text, has this in it. */
async function tablesWith(text: string): Promise<string[]> {
  const found = []
  for (const name of await tables()) {
    const { rowCount } = await server.owner.query(
      `select from "${name}" t where strpos(t::text, $1) > 0 limit 1`,
      [text],
    )
    if (rowCount) found.push(name)
  }
  return found
}

/** Waits until so many statements of the server wait for a lock that somebody else holds. */
async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const { rows } = await server.owner.query(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows[0].n === count) return
  }
}

/** Every counter of the environment beside the number of rows that there really are. */
async function counters({ id }: TestEnvironment): Promise<{ noun: string; counted: number; real: number }[]> {
  const { rows } = await server.owner.query<{ noun: string; counted: number }>(
    'select noun, sum(n)::int as counted from counts where environment_id = $1 group by noun order by noun',
    [id],
  )
  return Promise.all(
    rows.map(async (row) => {
      const counting = `select count(*)::int as real from "${row.noun}" where environment_id = $1`
      return { ...row, ...(await server.owner.query<{ real: number }>(counting, [id])).rows[0] } as never
    }),
  )
}

/** A user of whom there is something in every place where there can be. */
async function withEverything(environment: TestEnvironment) {
  const { sdk } = environment
  const browser = await environment.signedUp()
  const created = await browser.post('/v1/orgs', { name: 'Analytical', slug: `a-${newId()}` })
  expect(created.status).toBe(201)
  const organization = created.body.organization as { id: string }
  expect((await browser.patch('/v1/orgs/current', { orgId: organization.id })).status).toBe(200)
  // The user's own invitation, and one of the user that was accepted.
  const invited = await browser.post(`/v1/orgs/${organization.id}/invitations`, {
    email: 'bob@example.com',
    role: 'member',
  })
  expect(invited.status).toBe(201)
  const host = await sdk.organizations.create({ name: 'Host', slug: `h-${newId()}` })
  const invitation = await sdk.invitations.create({ email: browser.email, orgId: host.id, role: 'member' })
  const accepted = await browser.post('/v1/orgs/invitations/accept', { token: invitation.token })
  expect(accepted.status).toBeLessThan(300)
  await sdk.users.update(browser.userId, {
    username: 'ada',
    externalId: 'crm-1',
    privateMetadata: { note: 'x' },
  })
  return { browser, id: browser.userId, email: browser.email, organization, host }
}

test('users.delete says what ended, and the user is gone', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const browser = await environment.signedUp()
  const other = environment.browser()
  await other.post('/v1/auth/sign-in/email-password', { email: browser.email, password: goodPassword })

  expect(await sdk.users.delete(browser.userId)).toEqual({ ok: true, ended: { sessions: 2, apiKeys: 0 } })

  await expect(sdk.users.get(browser.userId)).rejects.toMatchObject({ status: 404 })
  expect(await sdk.users.list()).toMatchObject({ users: [], total: 0 })
  for (const signedIn of [browser, other]) {
    expect((await signedIn.get('/v1/me')).status).toBe(401)
    expect((await signedIn.post('/v1/auth/sessions/refresh')).status).toBe(401)
  }
  const credentials = { email: browser.email, password: goodPassword }
  expect((await environment.browser().post('/v1/auth/sign-in/email-password', credentials)).status).toBe(401)
})

test('users.delete leaves no row of the user in any table, but the record of what happened', async () => {
  const environment = await server.environment()
  const { id, organization, host } = await withEverything(environment)
  // What the user made and others share stays, without the user.
  const places = [
    'devices',
    'invitations',
    'memberships',
    'organizations',
    'sessions',
    'user_emails',
    'user_passwords',
    'users',
    'verifications',
  ]
  expect(await tablesWith(id)).toEqual(['events', ...places].sort())

  await environment.sdk.users.delete(id)

  expect(await tablesWith(id)).toEqual(['events'])
  expect((await environment.sdk.organizations.get(organization.id)).name).toBe('Analytical')
  expect((await environment.sdk.organizations.get(host.id)).name).toBe('Host')
})

test('users.delete leaves the address only where what happened is kept: events, mails and invitations', async () => {
  const environment = await server.environment()
  const { id, email } = await withEverything(environment)
  await environment.browser().post('/v1/auth/sign-in/magic-link', { email })
  await environment.browser().post('/v1/auth/sign-in/email-password', { email, password: 'wrong' })
  const kept = ['emails', 'events', 'invitations']
  expect(await tablesWith(email)).toEqual([...kept, 'user_emails', 'verifications'])
  await environment.sdk.users.delete(id)
  expect(await tablesWith(email)).toEqual(kept)
  expect(server.log.join('')).not.toContain(email)
})

test('users.delete records the deletion and each session that it ended, once', async () => {
  const environment = await server.environment()
  const { userId } = await environment.signedUp()
  const before = (await environment.sdk.events.list()).total
  await environment.sdk.users.delete(userId)
  const { events, total } = await environment.sdk.events.list()
  expect(total - before).toBe(2)
  expect(events.slice(0, 2)).toMatchObject([
    { type: 'user.deleted', data: { user: { id: userId }, ended: { sessions: 1, apiKeys: 0 } } },
    { type: 'session.revoked', data: { session: { userId }, reason: 'user_deleted' } },
  ])
})

test('users.delete answers 404 «User not found» the second time, and records nothing more', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.users.create({})
  await sdk.users.delete(id)
  await expect(sdk.users.delete(id)).rejects.toMatchObject({
    status: 404,
    code: 'user_not_found',
    detail: 'User not found',
  })
  expect(await typesOf(sdk)).toEqual(['user.deleted', 'user.created'])
})

test('users.delete succeeds for exactly one of 20 that ask together', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({ email: 'ada@example.com' })
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => sdk.users.delete(id)))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(19)
  for (const { reason } of refused) expect(reason).toMatchObject({ status: 404 })
  expect(await typesOf(sdk)).toEqual(['user.deleted', 'user.created'])
  expect((await sdk.users.list()).total).toBe(0)
})

test.each<[string, (sdk: Claviger, id: string) => Promise<unknown>]>([
  ['users.update', (sdk, id) => sdk.users.update(id, { username: 'ada' })],
  ['users.update with isBanned', (sdk, id) => sdk.users.update(id, { isBanned: true })],
  ['users.ban', (sdk, id) => sdk.users.ban(id)],
  ['users.unban', (sdk, id) => sdk.users.unban(id)],
  ['users.delete', (sdk, id) => sdk.users.delete(id)],
])('users.delete comes first, and %s that waited behind it finds nobody', async (_, change) => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const holder = await server.owner.connect()
  await holder.query('begin')
  await holder.query('select from users where id = $1 for update', [id])
  // Both wait for the row, and get it in the order in which they came.
  const deletion = sdk.users.delete(id)
  await untilWaiting(1)
  const late = Promise.allSettled([change(sdk, id)])
  await untilWaiting(2)
  await holder.query('commit')
  holder.release()
  expect(await deletion).toEqual({ ok: true, ended: { sessions: 0, apiKeys: 0 } })
  expect(await late).toMatchObject([{ status: 'rejected', reason: { status: 404, code: 'user_not_found' } }])
  expect(await typesOf(sdk)).toEqual(['user.deleted', 'user.created'])
})

test('users.delete gives the names of the user free', async () => {
  const { sdk } = await server.environment()
  const names = { email: 'ada@example.com', username: 'ada', externalId: 'crm-1', password: goodPassword }
  const first = await sdk.users.create(names)
  await sdk.users.delete(first.id)
  const second = await sdk.users.create(names)
  expect(second.id).not.toBe(first.id)
})

test('users.delete leaves every other user of the environment with all that it has', async () => {
  const environment = await server.environment()
  const [gone, kept] = [await environment.signedUp(), await environment.signedUp()]
  const user = await environment.sdk.users.get(kept.userId)
  await environment.sdk.users.delete(gone.userId)
  expect(await environment.sdk.users.get(kept.userId)).toEqual(user)
  expect((await kept.get('/v1/me')).status).toBe(200)
  const credentials = { email: kept.email, password: goodPassword }
  expect((await environment.browser().post('/v1/auth/sign-in/email-password', credentials)).status).toBe(200)
})

test('users.delete keeps every total exact, also of what goes with a user who has many rows', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await withEverything(environment)
  const kept = await environment.signedUp()
  for (const userId of [id, kept.userId]) {
    await server.owner.query(
      `insert into sessions (environment_id, id, user_id, expires_at, ended_at, end_reason)
       select $1, gen_random_uuid(), $2, instant() + interval '1 day',
              case when n > 50 then instant() end, case when n > 50 then 'signed_out' end
       from generate_series(1, 1000) n`,
      [environment.id, userId],
    )
  }
  // Of the 1,001 sessions of each, 51 run.
  expect((await sdk.sessions.list()).total).toBe(2_002)
  expect(await sdk.users.delete(id)).toEqual({ ok: true, ended: { sessions: 51, apiKeys: 0 } })
  expect((await sdk.users.list()).total).toBe(1)
  expect((await sdk.sessions.list()).total).toBe(1_001)
  const counted = await counters(environment)
  expect(counted.map(({ noun }) => noun)).toEqual([
    'emails',
    'events',
    'invitations',
    'organizations',
    'sessions',
    'users',
  ])
  for (const { counted: counter, real } of counted) expect(counter).toBe(real)
})

test.each([['bogus-id'], [newId()], [`usr_${newId().replaceAll('-', '')}`]])(
  'users.delete answers 404 for the id %s',
  async (id) => {
    const { sdk } = await server.environment()
    await expect(sdk.users.delete(id)).rejects.toMatchObject({ status: 404, detail: 'User not found' })
    expect(await typesOf(sdk)).toEqual([])
  },
)

test('users.delete answers 404 for a user of another environment, and leaves it there', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const user = await other.sdk.users.create({})
  await expect(own.sdk.users.delete(user.id)).rejects.toMatchObject({ status: 404, detail: 'User not found' })
  expect(await other.sdk.users.get(user.id)).toEqual(user)
})
