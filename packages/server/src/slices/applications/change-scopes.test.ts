import { Claviger } from '@claviger/sdk'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'

const server = testServer()
let environment: TestEnvironment
let apiId: string
let managementId: string
const scopes = ['read:a', 'read:b', 'read:c']

beforeAll(async () => {
  environment = await server.environment()
  const { sdk } = environment
  const [management] = (await sdk.apis.list({ isManagement: true })).items
  managementId = management?.id ?? ''
  apiId = (await sdk.apis.create({ name: 'Weather', audience: 'weather' })).id
  for (const key of scopes) await sdk.apiScopes.create(apiId, { key })
})

const makeApplication = async () => (await environment.sdk.applications.create({ name: 'M' })).application.id

test('applications.changeScopes adds and removes what is named, and leaves the rest', async () => {
  const { applications, events, apiScopes } = environment.sdk
  const id = await makeApplication()
  await expect(applications.changeScopes(id, apiId, { add: ['read:a'] })).rejects.toMatchObject({
    code: 'api_not_allowed',
  })
  await applications.allowApi(id, apiId, { scopes: ['read:a'] })
  const { items } = await apiScopes.list(apiId, { search: 'read:b' })
  const scopesOf = async (body: { add?: string[]; remove?: string[] }) =>
    (await applications.changeScopes(id, apiId, body)).apis
  expect(await scopesOf({ add: [items[0]?.id ?? '', 'read:b'] })).toEqual([
    { apiId, scopes: ['read:a', 'read:b'] },
  ])
  expect(await scopesOf({ add: ['read:c'], remove: ['read:a', 'read:c'] })).toEqual([
    { apiId, scopes: ['read:b'] },
  ])
  await expect(scopesOf({ add: ['read:moons'] })).rejects.toMatchObject({ code: 'unknown_scope' })
  expect((await events.list({ type: 'application.api_allowed', limit: 1 })).items[0]?.data).toMatchObject({
    application: { id, apis: [{ apiId, scopes: ['read:b'] }] },
  })
})

test('applications.changeScopes leaves all others of an application that is allowed all', async () => {
  const { applications } = environment.sdk
  const id = await makeApplication()
  await applications.allowApi(id, apiId, { scopes: '*' })
  expect((await applications.changeScopes(id, apiId, { add: ['read:a'] })).apis[0]?.scopes).toBe('*')
  const removed = await applications.changeScopes(id, apiId, { remove: ['read:b'] })
  expect(removed.apis[0]?.scopes).toEqual(['read:a', 'read:c'])

  await applications.allowApi(id, managementId, { scopes: '*' })
  const { apis } = await applications.changeScopes(id, managementId, { remove: ['create:users'] })
  const left = apis.find((each) => each.apiId === managementId)?.scopes
  expect(left).toContain('users:read')
  expect(left).not.toContain('users:write')
})

test('applications.changeScopes gives nobody more than what the caller may do itself', async () => {
  const id = await makeApplication()
  await environment.sdk.applications.allowApi(id, managementId, { scopes: ['users:read'] })
  const { secret } = await environment.operator.secretKeys.create({
    name: 'Weaker',
    permissions: ['applications:write', 'users:read', 'api_keys:verify'],
  })
  const weaker = new Claviger({ baseUrl: server.url, secretKey: secret, maxRetries: 0 })
  await expect(
    weaker.applications.changeScopes(id, managementId, { add: ['users:write'] }),
  ).rejects.toMatchObject({ code: 'permission_exceeds_own' })
})

test('apis.changeApplications allows and removes all that are named, or none', async () => {
  const { apis, applications } = environment.sdk
  const [first, second] = [await makeApplication(), await makeApplication()]
  const allowed = async () =>
    (await applications.list({ apiId })).items.filter(({ id }) => [first, second].includes(id))
  const unknown = environment.id
  await expect(apis.changeApplications(apiId, { allow: [first, unknown] })).rejects.toMatchObject({
    status: 404,
    code: 'application_not_found',
  })
  await expect(apis.changeApplications(apiId, { allow: ['nobody'] })).rejects.toMatchObject({ status: 404 })
  expect(await allowed()).toEqual([])

  await apis.changeApplications(apiId, { allow: [first] })
  await applications.changeScopes(first, apiId, { add: ['read:a'] })
  await apis.changeApplications(apiId, { allow: [first, second] })
  expect((await allowed()).map((each) => each.apis[0]?.scopes)).toEqual([[], ['read:a']])
  await apis.changeApplications(apiId, { allow: [first], remove: [first, second] })
  expect(await allowed()).toEqual([])
})
