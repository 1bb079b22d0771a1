import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('me.update writes username and unsafe metadata, replaces the bucket, and leaves the others', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await environment.signedUp()
  await sdk.users.update(ada.userId, { publicMetadata: { tier: 'gold' }, privateMetadata: { risk: 'high' } })
  await ada.patch('/v1/me', { unsafeMetadata: { theme: 'dark', size: 2 } })
  const { status, body } = await ada.patch('/v1/me', { username: 'ada', unsafeMetadata: { theme: 'light' } })
  expect(status).toBe(200)
  expect(body).toEqual((await ada.get('/v1/me')).body)
  expect(body.user).toMatchObject({ username: 'ada', publicMetadata: { tier: 'gold' } })
  expect(body.user).not.toHaveProperty('privateMetadata')
  expect(await sdk.users.get(ada.userId)).toMatchObject({
    username: 'ada',
    publicMetadata: { tier: 'gold' },
    privateMetadata: { risk: 'high' },
    unsafeMetadata: { theme: 'light' },
  })
  const [event] = (await sdk.events.list({ type: 'user.updated' })).items
  expect(event?.actor).toEqual({ type: 'user', id: ada.userId })
  expect(event?.data.user).toMatchObject({ id: ada.userId, unsafeMetadata: { theme: 'light' } })
  expect((await ada.patch('/v1/me', { username: null })).body.user.username).toBeNull()
})

test.each([
  ['publicMetadata', {}],
  ['privateMetadata', {}],
  ['externalId', 'crm-7'],
  ['isBanned', false],
  ['banReason', null],
  ['banExpiresAt', null],
  ['email', 'root@example.com'],
  ['emails', []],
  ['emailVerified', true],
  ['password', 'Another-horse-battery-9'],
  ['id', '00000000-0000-0000-0000-000000000000'],
  ['createdAt', '2020-01-01T00:00:00.000Z'],
  ['updatedAt', '2020-01-01T00:00:00.000Z'],
  ['constructor', {}],
])('me.update refuses %s by name, and changes nothing', async (field, value) => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const before = await environment.sdk.users.get(ada.userId)
  const { status, body } = await ada.patch('/v1/me', { unsafeMetadata: { theme: 'dark' }, [field]: value })
  expect([status, body.errors]).toEqual([
    400,
    [expect.objectContaining({ pointer: `/${field}`, code: 'unknown_field' })],
  ])
  expect(await environment.sdk.users.get(ada.userId)).toEqual(before)
})

test('me.update refuses a body that reaches for prototypes', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  for (const body of ['{"__proto__":{"isBanned":false}}', '{"unsafeMetadata":{"__proto__":{"a":1}}}']) {
    const answer = await fetch(`${server.url}/v1/me`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${ada.cookies.get('__session')}`,
      },
      body,
    })
    expect(answer.status).toBe(400)
  }
})

test('me.update refuses a bucket of more than 32 KiB, and takes one of exactly that', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const frame = JSON.stringify({ text: '' }).length
  const exact = { text: 'a'.repeat(32 * 1024 - frame) }
  expect((await ada.patch('/v1/me', { unsafeMetadata: exact })).status).toBe(200)
  const { status, body } = await ada.patch('/v1/me', { unsafeMetadata: { text: `${exact.text}a` } })
  expect([status, body.code]).toEqual([400, 'metadata_too_large'])
})

test('me.update refuses a username that is taken, whatever its case', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  await ada.patch('/v1/me', { username: 'ada' })
  const { status, body } = await eve.patch('/v1/me', { username: 'ADA' })
  expect([status, body.code]).toEqual([409, 'username_taken'])
})

test('me.update of nothing changes and records nothing', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const before = await environment.sdk.users.get(ada.userId)
  expect((await ada.patch('/v1/me', {})).status).toBe(200)
  expect((await ada.patch('/v1/me')).status).toBe(200)
  expect(await environment.sdk.users.get(ada.userId)).toEqual(before)
  expect((await environment.sdk.events.list({ type: 'user.updated' })).total).toBe(0)
})
