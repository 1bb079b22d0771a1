import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('users.listActivity tells of those who signed in when they did last, and of nobody else', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [ada, stranger] = await Promise.all([environment.signedUp(), (await server.environment()).signedUp()])
  const idle = await sdk.users.create({})
  const [first] = (await sdk.sessions.list({ userId: ada.userId })).items
  const userIds = [ada.userId, idle.id, stranger.userId, 'nonsense'].join(',')
  expect((await sdk.users.listActivity({ userIds })).activity).toEqual([
    { userId: ada.userId, lastSignInAt: first?.createdAt, activeSessions: 1 },
  ])
  await sdk.users.revokeSessions(ada.userId)
  expect((await sdk.users.listActivity({ userIds })).activity).toMatchObject([
    { lastSignInAt: first?.createdAt, activeSessions: 0 },
  ])
  expect((await sdk.users.listActivity()).activity).toEqual([])
})
