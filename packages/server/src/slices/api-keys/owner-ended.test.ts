import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { makeApi } from './api.fixture.js'

const server = testServer()

async function member() {
  const environment = await server.environment()
  const { sdk } = environment
  const apiId = await makeApi(environment)
  const user = await sdk.users.create({})
  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  await sdk.memberships.create(organization.id, { userId: user.id })
  const make = (owner: object) => sdk.apiKeys.create({ apiId, name: 'Key', ...owner })
  const own = await make({ userId: user.id })
  const ofMember = await make({ userId: user.id, organizationId: organization.id })
  const ofOrganization = await make({ organizationId: organization.id })
  const codes = async () =>
    Promise.all(
      [own, ofMember, ofOrganization].map(
        async ({ secret }) => (await sdk.apiKeys.verify({ apiKey: secret })).code,
      ),
    )
  return { sdk, user, organization, own, ofMember, codes }
}

test('users.ban stops the keys of the user at once and counts them; without the ban they work again', async () => {
  const { sdk, user, own, codes } = await member()
  const disabled = await sdk.apiKeys.create({
    apiId: own.apiKey.apiId,
    name: 'Off',
    userId: user.id,
    enabled: false,
  })
  expect((await sdk.users.ban(user.id)).ended).toEqual({ sessions: 0, apiKeys: 2 })
  expect(await codes()).toEqual(['owner_disabled', 'owner_disabled', 'valid'])
  expect((await sdk.apiKeys.list({ status: 'owner_disabled' })).total).toBe(2)
  expect((await sdk.apiKeys.get(disabled.apiKey.id)).status).toBe('disabled')
  // What is stopped already is not stopped again.
  expect((await sdk.users.ban(user.id, { reason: 'Spam' })).ended.apiKeys).toBe(0)
  await sdk.users.unban(user.id)
  expect(await codes()).toEqual(['valid', 'valid', 'valid'])

  const expiresAt = new Date(server.clock.now() + 60_000).toISOString()
  await sdk.users.ban(user.id, { expiresAt })
  expect(await codes()).toEqual(['owner_disabled', 'owner_disabled', 'valid'])
  server.clock.advance({ seconds: 61 })
  expect(await codes()).toEqual(['valid', 'valid', 'valid'])
})

test('users.delete removes the keys of the user, also those for an organization, and counts them', async () => {
  const { sdk, user, codes } = await member()
  expect(await sdk.users.delete(user.id)).toEqual({ ok: true, ended: { sessions: 0, apiKeys: 2 } })
  expect(await codes()).toEqual(['not_found', 'not_found', 'valid'])
  expect((await sdk.apiKeys.list()).total).toBe(1)
  const [event] = (await sdk.events.list({ type: 'user.deleted' })).events
  expect(event?.data).toMatchObject({ ended: { apiKeys: 2 } })
})

test('a member who is removed takes no key for the organization along, and one who comes back has it', async () => {
  const { sdk, user, organization, codes } = await member()
  await sdk.memberships.delete(organization.id, user.id)
  expect(await codes()).toEqual(['valid', 'owner_disabled', 'valid'])
  await sdk.memberships.create(organization.id, { userId: user.id })
  expect(await codes()).toEqual(['valid', 'valid', 'valid'])
})

test('organizations.delete removes the keys of the organization and of its members for it', async () => {
  const { sdk, organization, codes } = await member()
  await sdk.organizations.delete(organization.id)
  expect(await codes()).toEqual(['valid', 'not_found', 'not_found'])
})
