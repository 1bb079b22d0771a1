import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('sessions.get answers the session, with the organization it works in', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [listed] = (await environment.sdk.sessions.list()).items
  const id = listed?.id ?? ''
  expect(await environment.sdk.sessions.get(id)).toEqual(listed)
  const { id: orgId } = (await ada.post('/v1/orgs', { name: 'Acme', slug: 'acme' })).body.organization
  await ada.patch('/v1/orgs/current', { orgId })
  expect((await environment.sdk.sessions.get(id)).activeOrgId).toBe(orgId)
})

test('sessions.get knows no session of another environment, and none that cannot be one', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  await one.signedUp()
  const [session] = (await one.sdk.sessions.list()).items
  for (const id of [session?.id ?? '', crypto.randomUUID(), 'bogus-id', "' or 1=1 --"]) {
    await expect(other.sdk.sessions.get(id)).rejects.toMatchObject({ status: 404, code: 'session_not_found' })
  }
})
