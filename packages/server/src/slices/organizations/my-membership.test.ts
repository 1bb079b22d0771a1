import { type Answer, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, overtaken, type Person, recorded } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

/** What a caller can tell an answer by; the request id differs in every one. */
function visible({ status, body }: Answer): unknown {
  const { requestId: _, ...rest } = body
  return { status, ...rest }
}

/** Everything that can be asked of an organization by its id. */
function everything(person: Person, organizationId: string, userId: string, invitationId: string) {
  const path = `/v1/orgs/${organizationId}`
  return {
    'orgs.get': () => person.get(path),
    'orgs.update': () => person.patch(path, { name: 'Taken over' }),
    'orgs.delete': () => person.delete(path),
    'orgs.switch': () => person.patch('/v1/orgs/current', { orgId: organizationId }),
    'orgs.listMembers': () => person.get(`${path}/members`),
    'orgs.updateMember': () => person.patch(`${path}/members/${userId}`, { role: 'member' }),
    'orgs.updateMember of oneself': () => person.patch(`${path}/members/${person.userId}`, { role: 'owner' }),
    'orgs.removeMember': () => person.delete(`${path}/members/${userId}`),
    'orgs.removeMember of oneself': () => person.delete(`${path}/members/${person.userId}`),
    'orgs.listInvitations': () => person.get(`${path}/invitations`),
    'orgs.invite': () => person.post(`${path}/invitations`, { email: `${crypto.randomUUID()}@example.com` }),
    'orgs.revokeInvitation': () => person.delete(`${path}/invitations/${invitationId}`),
  }
}

test('every orgs operation answers whoever is no member as if there were no such organization', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const company = await foundCompany(environment)
  const invitation = await sdk.invitations.create({ email: 'new@example.com', orgId: company.id })
  const far = await server.environment()
  const formerMember = company.member
  await sdk.memberships.delete(company.id, formerMember.userId)
  const before = await recorded(environment)

  const outsiders = {
    'a stranger': await environment.signedUp(),
    'a former member': formerMember,
    'the owner of another organization': (await foundCompany(environment, 'globex')).owner,
    'an owner in another environment': (await foundCompany(far)).owner,
  }
  for (const [who, outsider] of Object.entries(outsiders)) {
    const real = everything(outsider, company.id, company.owner.userId, invitation.id)
    const none = everything(outsider, unknownId, company.owner.userId, invitation.id)
    for (const [operation, ask] of Object.entries(real)) {
      const seen = visible(await ask())
      expect(seen, `${operation} by ${who}`).toMatchObject({ status: 404, code: 'organization_not_found' })
      expect(seen, `${operation} by ${who}`).toEqual(visible(await none[operation as keyof typeof none]()))
    }
  }

  expect(await sdk.organizations.get(company.id)).toMatchObject({ name: 'Acme' })
  expect((await sdk.memberships.list(company.id)).total).toBe(2)
  expect(await sdk.invitations.get(invitation.id)).toMatchObject({ status: 'pending' })
  const sinceThen = (await recorded(environment)).slice(before.length)
  expect(sinceThen.filter(({ data }) => JSON.stringify(data).includes(company.id))).toEqual([])
})

test('every orgs operation answers 404 for an id that cannot be one', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  for (const id of ['bogus', '%00', "'--", `${unknownId}x`]) {
    expect(await ada.get(`/v1/orgs/${id}`), id).toMatchObject({
      status: 404,
      body: { code: 'organization_not_found' },
    })
  }
})

test('orgs.update is refused when the role that allows it is taken away at that moment', async () => {
  const environment = await server.environment()
  const { id, path, admin } = await foundCompany(environment)
  const demotion = [
    ['select from organizations where id = $1 for update', id],
    ["update memberships set role = 'member' where user_id = $1", admin.userId],
  ] as const

  const answer = await overtaken(server, demotion, () => admin.patch(path, { name: 'Mine' }))

  expect(answer).toMatchObject({ status: 403, body: { code: 'role_required' } })
  expect(await environment.sdk.organizations.get(id)).toMatchObject({ name: 'Acme' })
})
