import { testServer } from '@claviger/server/testing'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { foundCompany, overtaken, type Person, recorded } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

/** What the next session token of a browser says about the organization. */
async function nextToken(person: Person) {
  const { body } = await person.post('/v1/auth/sessions/refresh')
  const { org, org_role } = decodeJwt(body.sessionToken)
  return { org, org_role }
}

test('orgs.switch shows the organization and the role in the next session token, and null leaves', async () => {
  const environment = await server.environment()
  const { id, admin } = await foundCompany(environment)
  expect(await nextToken(admin)).toEqual({ org: undefined, org_role: undefined })

  const entered = await admin.patch('/v1/orgs/current', { orgId: id })
  expect(entered).toMatchObject({ status: 200, body: { session: { activeOrgId: id }, orgRole: 'admin' } })
  expect(await nextToken(admin)).toEqual({ org: id, org_role: 'admin' })

  const left = await admin.patch('/v1/orgs/current', { orgId: null })
  expect(left).toMatchObject({ status: 200, body: { session: { activeOrgId: null }, orgRole: null } })
  expect(await nextToken(admin)).toEqual({ org: undefined, org_role: undefined })

  const actor = { type: 'user', id: admin.userId }
  expect((await recorded(environment)).slice(-2)).toMatchObject([
    { type: 'session.organization_switched', actor, data: { session: { activeOrgId: id } } },
    { type: 'session.organization_switched', actor, data: { session: { activeOrgId: null } } },
  ])
})

test('orgs.switch concerns this session alone', async () => {
  const environment = await server.environment()
  const { id, member } = await foundCompany(environment)
  const phone = environment.browser()
  await phone.post('/v1/auth/sign-in/email-password', {
    email: member.email,
    password: 'Correct-horse-battery-9',
  })
  await phone.patch('/v1/orgs/current', { orgId: id })
  const { sessions } = await environment.sdk.sessions.list({ userId: member.userId })
  expect(sessions.map(({ activeOrgId }) => activeOrgId)).toEqual([id, null])
})

test('orgs.switch shows a changed role in the next session token', async () => {
  const environment = await server.environment()
  const { id, member } = await foundCompany(environment)
  await member.patch('/v1/orgs/current', { orgId: id })
  await environment.sdk.memberships.update(id, member.userId, { role: 'admin' })
  expect(await nextToken(member)).toEqual({ org: id, org_role: 'admin' })
})

test('orgs.switch to an organization that the user is no member of is 404 and changes nothing', async () => {
  const environment = await server.environment()
  const { id, member } = await foundCompany(environment)
  const globex = await foundCompany(environment, 'globex')
  await member.patch('/v1/orgs/current', { orgId: id })
  const before = await recorded(environment)
  for (const orgId of [globex.id, unknownId, 'bogus', '']) {
    expect(await member.patch('/v1/orgs/current', { orgId })).toMatchObject({
      status: 404,
      body: { code: 'organization_not_found' },
    })
  }
  expect(await nextToken(member)).toEqual({ org: id, org_role: 'member' })
  expect(await recorded(environment)).toEqual(before)
})

test('orgs.switch needs to be told where', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  expect((await ada.patch('/v1/orgs/current', {})).status).toBe(400)
  expect((await ada.patch('/v1/orgs/current', { orgId: 7 })).status).toBe(400)
})

test('orgs.switch is 404 when the membership is removed at that moment', async () => {
  const environment = await server.environment()
  const { id, member } = await foundCompany(environment)
  const removal = [
    ['select from organizations where id = $1 for update', id],
    ['delete from memberships where user_id = $1', member.userId],
  ] as const

  const answer = await overtaken(server, removal, () => member.patch('/v1/orgs/current', { orgId: id }))

  expect(answer).toMatchObject({ status: 404, body: { code: 'organization_not_found' } })
  expect(await nextToken(member)).toEqual({ org: undefined, org_role: undefined })
})

test('orgs.switch is 401 when the session is revoked at that moment, and records nothing', async () => {
  const environment = await server.environment()
  const { id, member } = await foundCompany(environment)
  const before = await recorded(environment)
  const revocation = [
    ["update sessions set ended_at = now(), end_reason = 'revoked' where user_id = $1", member.userId],
  ] as const

  const answer = await overtaken(server, revocation, () => member.patch('/v1/orgs/current', { orgId: id }))

  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_session' } })
  expect(await recorded(environment)).toEqual(before)
})

test('orgs.switch is 401 when the user is deleted at that moment', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const deletion = [['delete from users where id = $1', ada.userId]] as const
  const answer = await overtaken(server, deletion, () => ada.patch('/v1/orgs/current', { orgId: null }))
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_session' } })
})
