import { randomUUID } from 'node:crypto'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { makeApi } from '../api-keys/api.fixture.js'

const server = testServer()

/** The tables of an environment in which a text stands. */
async function tablesWith({ id }: TestEnvironment, text: string): Promise<string[]> {
  const { rows: tables } = await server.owner.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'claviger'::regnamespace and c.relkind = 'r' and a.attname = 'environment_id' order by 1`)
  const found = []
  for (const { name } of tables) {
    const { rowCount } = await server.owner.query(
      `select from "${name}" t where environment_id = $1 and strpos(lower(t::text), lower($2)) > 0 limit 1`,
      [id, text],
    )
    if (rowCount) found.push(name)
  }
  return found
}

/** A user of whom something personal is told wherever it can be. */
async function withTraces(environment: TestEnvironment) {
  const { sdk, operator } = environment
  const mark = randomUUID().slice(0, 8)
  const ada = await environment.signedUp(`Ada.${mark}@example.com`)
  const agent = { 'user-agent': `Agent-${mark}` }
  await environment
    .browser()
    .post('/v1/auth/sign-in/email-password', { email: ada.email, password: goodPassword }, agent)
  await ada.post('/v1/auth/password/reset/request', { email: ada.email })
  await ada.post('/v1/auth/me/phone-number', { phoneNumber: '+15550100' })
  await sdk.users.update(ada.userId, {
    username: `name-${mark}`,
    externalId: `crm-${mark}`,
    phoneNumber: '+15550123',
    privateMetadata: { note: `note-${mark}` },
  })
  const organization = await sdk.organizations.create({ name: 'Host', slug: `h-${randomUUID()}` })
  await sdk.invitations.create({ email: ada.email, orgId: organization.id })
  const apiId = await makeApi(environment)
  const { apiKey } = await sdk.apiKeys.create({
    apiId,
    name: `key-${mark}`,
    userId: ada.userId,
    metadata: { note: `key-note-${mark}` },
  })
  await sdk.apiKeys.revoke(apiKey.id, { reason: `key-reason-${mark}` })
  await sdk.users.ban(ada.userId, { reason: `reason-${mark}` })
  return { ...ada, mark, operator, organization }
}

test('users.erase leaves nothing personal of a deleted user, and everything of others', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const bob = await environment.signedUp('bob@example.com')
  const { userId, mark } = await withTraces(environment)
  await bob.patch('/v1/me', { unsafeMetadata: { met: userId } })
  await sdk.users.delete(userId)
  expect(await tablesWith(environment, mark)).toEqual(['emails', 'events', 'invitations'])
  const { total } = await sdk.events.list()

  const erased = await sdk.users.erase(userId)

  expect(erased.events).toBeGreaterThan(5)
  expect(erased).toMatchObject({ emails: 2, invitations: 1 })
  expect(await tablesWith(environment, mark)).toEqual([])
  expect(await tablesWith(environment, '+15550123')).toEqual([])
  // What happened is still told, in full number and of the same id.
  const { events } = await sdk.events.list({ limit: 100 })
  expect((await sdk.events.list()).total).toBe(total + 1)
  expect(events[0]).toMatchObject({ type: 'user.erased', data: { userId, erased } })
  const created = events.find(
    ({ type, data }) => type === 'user.created' && (data.user as { id: string }).id === userId,
  )
  expect(created?.data.user).toMatchObject({ id: userId, emails: [], email: null, privateMetadata: {} })
  const told = (await sdk.users.export(bob.userId)).events
  expect(told.some(({ data }) => JSON.stringify(data).includes('bob@example.com'))).toBe(true)
  expect((await sdk.users.get(bob.userId)).unsafeMetadata).toEqual({ met: userId })
})

test('users.erase refuses a user who is not deleted, and one of whom nothing is told', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await environment.signedUp()
  await expect(sdk.users.erase(ada.userId)).rejects.toMatchObject({ status: 409, code: 'user_not_deleted' })
  await expect(sdk.users.erase(randomUUID())).rejects.toMatchObject({ status: 404, code: 'user_not_found' })
  await sdk.users.delete(ada.userId)
  await sdk.users.erase(ada.userId)
  await expect(sdk.users.erase(ada.userId)).rejects.toMatchObject({ status: 404 })
})

test('users.erase leaves alone an address that somebody else has by now', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const first = await environment.signedUp('shared@example.com')
  await sdk.users.delete(first.userId)
  const second = await environment.signedUp('shared@example.com')
  await sdk.users.erase(first.userId)
  const events = (await sdk.events.list({ type: 'user.created' })).items
  const users = events.map(({ data }) => data.user as { id: string; email: string | null })
  const emailOf = (userId: string) => users.find(({ id }) => id === userId)?.email
  expect([emailOf(first.userId), emailOf(second.userId)]).toEqual([null, 'shared@example.com'])
  expect((await environment.operator.emails.list({ to: 'shared@example.com' })).total).toBe(2)
})

test('users.erase reaches no other environment', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const { userId, email } = await one.signedUp()
  await one.sdk.users.delete(userId)
  await expect(other.sdk.users.erase(userId)).rejects.toMatchObject({ status: 404 })
  expect(await tablesWith(one, email)).toEqual(['emails', 'events'])
})
