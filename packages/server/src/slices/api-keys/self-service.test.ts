import { createHash } from 'node:crypto'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { type Company, foundCompany, tally } from '../organizations/company.fixture.js'
import { makeApi } from './api.fixture.js'

const server = testServer()
let environment: TestEnvironment
let company: Company
let apiId: string

beforeAll(async () => {
  environment = await server.environment({
    settings: { selfServiceApiKeys: { users: true, organizations: true } },
  })
  apiId = await makeApi(environment)
  company = await foundCompany(environment)
})

const mine = '/v1/me/api-keys'
const verify = (apiKey: string) => environment.sdk.apiKeys.verify({ apiKey })
const body = (more = {}) => ({ apiId, name: 'Laptop', ...more })

/** Keys that only count towards the limit. */
async function importMany(n: number, owner: object): Promise<void> {
  const apiKeys = Array.from({ length: n }, () => ({
    ...body(owner),
    sha256: createHash('sha256').update(newId()).digest('hex'),
  }))
  await environment.sdk.apiKeys.import({ apiKeys })
}

test('people manage no keys of their own until the environment lets them', async () => {
  const closed = await server.environment()
  const { member, path } = await foundCompany(closed)
  const refused = { status: 403, body: { code: 'api_keys_not_offered' } }
  for (const place of [mine, `${path}/api-keys`]) {
    expect(await member.get(place)).toMatchObject(refused)
    expect(await member.post(place, body())).toMatchObject(refused)
    expect(await member.post(`${place}/${newId()}/rotate`)).toMatchObject(refused)
    expect(await member.post(`${place}/${newId()}/revoke`)).toMatchObject(refused)
  }
})

test('me.createApiKey makes a key of the user alone, that works until the user revokes it', async () => {
  const { member, admin } = company
  const made = await member.post(mine, body({ scopes: ['read:users'] }))
  expect(made.status).toBe(201)
  const { apiKey, secret } = made.body
  expect(apiKey).toMatchObject({ userId: member.userId, organizationId: null, scopes: ['read:users'] })
  // What only backends say of a key is not told.
  for (const field of ['metadata', 'createdBy', 'revocationReason']) expect(apiKey).not.toHaveProperty(field)
  expect((await environment.sdk.apiKeys.get(apiKey.id)).createdBy).toBe(member.userId)
  expect((await member.get(mine)).body).toMatchObject({ total: 1, apiKeys: [apiKey] })
  expect((await verify(secret)).valid).toBe(true)

  // To another user there is no such key, whatever it is in the organization.
  expect((await admin.get(mine)).body.total).toBe(0)
  for (const place of [mine, `${company.path}/api-keys`]) {
    for (const action of ['rotate', 'revoke']) {
      expect(await admin.post(`${place}/${apiKey.id}/${action}`)).toMatchObject({
        status: 404,
        body: { code: 'api_key_not_found' },
      })
    }
  }
  const rotated = await member.post(`${mine}/${apiKey.id}/rotate`)
  expect((await verify(secret)).code).toBe('not_found')
  expect((await verify(rotated.body.secret)).valid).toBe(true)
  const revoked = await member.post(`${mine}/${apiKey.id}/revoke`)
  expect(revoked.body.apiKey.status).toBe('revoked')
  expect((await verify(rotated.body.secret)).code).toBe('revoked')
  expect((await member.post(`${mine}/${apiKey.id}/rotate`)).body.code).toBe('api_key_revoked')
  const [event] = (await environment.sdk.events.list({ type: 'api_key.revoked' })).events
  expect(event).toMatchObject({ actor: { type: 'user', id: member.userId } })
})

test('a key of one’s own has no terms that only backends set, and no owner but oneself', async () => {
  const { member, admin, id, path } = company
  const terms = {
    userId: admin.userId,
    organizationId: id,
    credits: 1_000,
    rateLimitPerMinute: 1,
    ipAllowList: ['10.0.0.1'],
    metadata: { plan: 'gold' },
    enabled: true,
    createdBy: admin.userId,
  }
  for (const [field, value] of Object.entries(terms)) {
    expect((await member.post(mine, body({ [field]: value }))).body.code, field).toBe('invalid_request')
    expect((await admin.post(`${path}/api-keys`, body({ [field]: value }))).body.code, field).toBe(
      'invalid_request',
    )
  }
  expect((await member.post(mine, body({ scopes: ['*'] }))).body.code).toBe('unknown_scope')
  const { rows } = await server.owner.query(
    'select id from apis where environment_id = $1 and audience is null',
    [environment.id],
  )
  expect((await member.post(mine, body({ apiId: rows[0].id }))).body.code).toBe('unknown_api')
})

test('orgs.createApiKey makes a key of the organization, for its owners and admins', async () => {
  const { owner, admin, member, id, path } = company
  const keys = `${path}/api-keys`
  const { apiKey, secret } = (await admin.post(keys, body())).body
  expect(apiKey).toMatchObject({ userId: null, organizationId: id })
  expect(await member.post(keys, body())).toMatchObject({ status: 403, body: { code: 'role_required' } })
  for (const action of ['rotate', 'revoke']) {
    expect((await member.post(`${keys}/${apiKey.id}/${action}`)).body.code).toBe('role_required')
  }
  expect((await member.get(keys)).body.code).toBe('role_required')
  const rotated = (await owner.post(`${keys}/${apiKey.id}/rotate`)).body
  expect((await verify(secret)).valid).toBe(false)
  expect((await verify(rotated.secret)).valid).toBe(true)
  expect((await owner.post(`${keys}/${apiKey.id}/revoke`)).body.apiKey.status).toBe('revoked')

  const stranger = await environment.signedUp()
  for (const person of [stranger, (await foundCompany(environment, 'other')).owner]) {
    expect(await person.get(keys)).toMatchObject({ status: 404, body: { code: 'organization_not_found' } })
    expect((await person.post(`${keys}/${apiKey.id}/revoke`)).status).toBe(404)
  }
})

test('an admin sees and revokes the key of a member for the organization, and never has its secret', async () => {
  const { admin, member, id, path } = company
  const { apiKey, secret } = await environment.sdk.apiKeys.create(
    body({ userId: member.userId, organizationId: id }),
  )
  const keys = `${path}/api-keys`
  const listed = (await admin.get(keys)).body.apiKeys.map((key: { id: string }) => key.id)
  expect(listed).toContain(apiKey.id)
  expect(await admin.post(`${keys}/${apiKey.id}/rotate`)).toMatchObject({
    status: 403,
    body: { code: 'api_key_of_member' },
  })
  expect((await verify(secret)).valid).toBe(true)
  expect((await admin.post(`${keys}/${apiKey.id}/revoke`)).status).toBe(200)
  expect((await verify(secret)).code).toBe('revoked')
})

test('a person and an organization have at most 100 keys that work, however many are asked for at once', async () => {
  const { owner, id, path } = company
  await Promise.all([
    importMany(98, { userId: owner.userId }),
    importMany(98, { organizationId: id }),
    // Of these none counts.
    importMany(3, { userId: owner.userId, expiresAt: '2020-01-01T00:00:00Z' }),
    importMany(3, { userId: owner.userId, organizationId: id }),
  ])
  for (const place of [mine, `${path}/api-keys`]) {
    const create = async () => {
      const { status, body: answer } = await owner.post(place, body())
      if (status !== 201) throw answer
      return answer
    }
    expect(await tally(Array.from({ length: 6 }, create)), place).toEqual({
      done: 2,
      api_key_limit_reached: 4,
    })
    const [newest] = (await owner.get(place)).body.apiKeys
    await owner.post(`${place}/${newest.id}/revoke`)
    expect((await create()).apiKey.status).toBe('active')
  }
  expect((await owner.post(mine, body())).body.detail).toContain('100')
})
