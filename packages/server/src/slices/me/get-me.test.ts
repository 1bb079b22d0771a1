import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('me.get shows a user what it may see of itself, and nothing of the private bucket or of a ban', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp('ada@example.com')
  // A ban that is over has left its reason behind.
  const expiresAt = new Date(server.clock.now() + 60_000).toISOString()
  await environment.sdk.users.update(ada.userId, {
    username: 'ada',
    externalId: 'crm-7',
    publicMetadata: { tier: 'gold' },
    privateMetadata: { risk: 'high' },
    unsafeMetadata: { theme: 'dark' },
  })
  await environment.sdk.users.ban(ada.userId, { reason: 'spam', expiresAt })
  server.clock.advance({ minutes: 2 })
  const credentials = { email: 'ada@example.com', password: 'Correct-horse-battery-9' }
  expect((await ada.post('/v1/auth/sign-in/email-password', credentials)).status).toBe(200)

  const { status, body } = await ada.get('/v1/me')
  expect(status).toBe(200)
  expect(body).toEqual({
    user: {
      id: ada.userId,
      username: 'ada',
      email: 'ada@example.com',
      emails: [{ email: 'ada@example.com', isPrimary: true, isVerified: false }],
      phoneNumber: null,
      publicMetadata: { tier: 'gold' },
      unsafeMetadata: { theme: 'dark' },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    },
  })
})

test('me.get says not_signed_in to nobody', async () => {
  const { browser } = await server.environment()
  const { status, headers, body } = await browser().get('/v1/me')
  expect([status, body.code]).toEqual([401, 'not_signed_in'])
  expect(headers.get('www-authenticate')).toBe('Bearer realm="claviger"')
})
