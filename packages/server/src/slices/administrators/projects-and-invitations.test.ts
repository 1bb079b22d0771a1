import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { administratorOf, operatorOf, tokenMailedTo } from './administration.fixture.js'

const server = testServer()

test('administrators.assignProject and unassignProject change one project, and lose none that is changed beside it', async () => {
  const { administrators } = operatorOf(server)
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => server.environment()))
  const ids = [one, two, three].map((environment) => environment?.projectId ?? '')
  const [first = '', ...others] = ids
  const grace = await administratorOf(server, 'tenant_admin', [first])
  await Promise.all(others.map((id) => administrators.assignProject(grace.id, id)))
  expect((await administrators.get(grace.id)).projectIds).toEqual(ids.toSorted())
  expect((await grace.get('/v1/instance/me')).status).toBe(401)

  const before = await administrators.get(grace.id)
  expect(await administrators.assignProject(grace.id, first)).toEqual(before)
  expect((await administrators.unassignProject(grace.id, first)).projectIds).toEqual(others.toSorted())
  expect((await administrators.unassignProject(grace.id, first)).projectIds).toEqual(others.toSorted())
})

test('administrators.assignProject refuses whoever administers every project', async () => {
  const { projectId } = await server.environment()
  const ada = await administratorOf(server)
  await expect(operatorOf(server).administrators.assignProject(ada.id, projectId)).rejects.toMatchObject({
    status: 400,
    code: 'projects_without_role',
  })
})

test('administrators.inspectInvitation tells what became of an invitation, and uses nothing up', async () => {
  const { administrators } = operatorOf(server)
  const email = 'grace@example.com'
  await administrators.create({ email, role: 'instance_admin' })
  const earlier = await tokenMailedTo(server, email)
  const { id } = await administrators.create({ email, role: 'tenant_admin' })
  const token = await tokenMailedTo(server, email)
  for (const none of [earlier, 'ver_nonsense']) {
    await expect(administrators.inspectInvitation({ token: none })).rejects.toMatchObject({
      status: 401,
      code: 'verification_invalid',
    })
  }
  const open = { status: 'open', administrator: { id, email, role: 'tenant_admin', status: 'invited' } }
  expect(await administrators.inspectInvitation({ token })).toMatchObject(open)
  expect(await administrators.inspectInvitation({ token })).toMatchObject(open)
  server.clock.advance({ days: 7, seconds: 1 })
  expect(await administrators.inspectInvitation({ token })).toMatchObject({
    status: 'expired',
    administrator: null,
  })

  await administrators.create({ email, role: 'tenant_admin' })
  const last = await tokenMailedTo(server, email)
  await administrators.acceptInvitation({ token: last, password: 'a longer password than that' })
  expect(await administrators.inspectInvitation({ token: last })).toMatchObject({
    status: 'used',
    administrator: null,
  })
})
