import { NotFoundError } from '@claviger/sdk'
import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { makeApi } from '../api-keys/api.fixture.js'

const server = testServer()

test('users.export answers everything about a user, and nothing about another', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const other = await environment.signedUp()
  const ada = await environment.signedUp('ada@example.com')
  await ada.post('/v1/auth/sign-in/email-password', { email: ada.email, password: goodPassword })
  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: other.userId })
  const invitation = await sdk.invitations.create({ email: ada.email, orgId: organization.id })
  await ada.post('/v1/orgs/invitations/accept', { token: invitation.token })
  await sdk.users.update(ada.userId, { privateMetadata: { note: 'x' } })
  const apiId = await makeApi(environment)
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Laptop', userId: ada.userId })

  const exported = await sdk.users.export(ada.userId)
  expect(exported.user).toEqual(await sdk.users.get(ada.userId))
  expect(exported.memberships).toMatchObject([{ id: organization.id, role: 'member' }])
  expect(exported.sessions).toHaveLength(2)
  expect(exported.devices).toHaveLength(1)
  expect(exported.identities).toEqual([])
  expect(exported.secondFactors).toEqual({ totpEnabledAt: null, recoveryCodesLeft: 0, required: false })
  expect(exported.apiKeys).toEqual([apiKey])
  expect(exported.invitations).toMatchObject([{ id: invitation.id, status: 'accepted' }])
  expect(new Set(exported.events.map(({ type }) => type))).toEqual(
    new Set([
      'user.created',
      'user.updated',
      'session.created',
      'session.ended',
      'device.created',
      'invitation.accepted',
      'membership.created',
      'api_key.created',
    ]),
  )
  expect(JSON.stringify(exported)).not.toContain('argon2')
  expect(JSON.stringify(exported)).not.toContain(secret.slice(16))
  expect(JSON.stringify(exported)).not.toContain(other.email)
  expect(JSON.stringify(exported)).not.toContain(invitation.token)
})

test('users.export knows no user of another environment', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const { userId } = await other.signedUp()
  await expect(one.sdk.users.export(userId)).rejects.toThrow(NotFoundError)
})
