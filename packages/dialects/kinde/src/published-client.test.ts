import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeApplication } from '../testing/kinde.js'
import { published } from '../testing/published.js'

const { ApiError, ApiKeys, Apis, Applications, checkAudience, getToken, init } = published

/** Kinde's own client as npm has it, which asks for tokens of the audience that its domain stands for. */
const server = testServer({ isAtPublicUrl: true })
let environment: TestEnvironment

beforeAll(async () => {
  environment = await server.environment({ name: 'live' })
  init({ kindeDomain: server.url, ...(await makeApplication(environment)) })
})

const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
const refusal = { errors: [{ code: expect.any(String), message: expect.any(String) }] }

test('gets a token that its own check of the audience takes', async () => {
  const token = await getToken()
  expect(checkAudience(token, `${server.url}/api`)).toBe(true)
  expect(checkAudience(token, `${server.url}/api/v1`)).toBe(true)
})

test('makes an API, keys of it, verifies, rotates and deletes them', async () => {
  const { api } = await Apis.addApis({ requestBody: { name: 'Weather', audience: 'weather' } })
  const apiId = api?.id ?? ''
  const { scope } = await Apis.addApiScope({ apiId, requestBody: { key: 'read:users' } })
  const scopeId = scope?.id ?? ''
  const user = await environment.sdk.users.create({ email: 'ada@example.com' })

  const created = await ApiKeys.createApiKey({
    requestBody: { name: 'Production', type: 'user', api_id: apiId, user_id: user.id, scope_ids: [scopeId] },
  })
  expect(created).toMatchObject({ code: 'API_KEY_CREATED', message: expect.any(String) })
  const keyId = created.api_key?.id ?? ''
  const key = created.api_key?.key ?? ''

  const verified = await ApiKeys.verifyApiKey({ requestBody: { api_key: key } })
  expect(verified).toEqual({
    code: 'API_KEY_VERIFIED',
    message: 'API key verified',
    is_valid: true,
    key_id: keyId,
    status: 'active',
    scopes: ['read:users'],
    org_code: null,
    user_id: `kp_${user.id.replaceAll('-', '')}`,
    last_verified_on: expect.any(String),
    verification_count: 1,
  })

  const { api_keys, has_more } = await ApiKeys.getApiKeys({
    keyType: 'user',
    status: 'active',
    userId: verified.user_id ?? '',
    pageSize: 10,
  })
  expect([api_keys?.map(({ id }: { id: string }) => id), has_more]).toEqual([[keyId], false])
  expect((await ApiKeys.getApiKeys()).api_keys).toHaveLength(1)
  const shown = await ApiKeys.getApiKey({ keyId })
  expect(shown.api_key).toMatchObject({ name: 'Production', key_prefix: 'k_live', key_suffix: key.slice(-4) })

  const rotated = await ApiKeys.rotateApiKey({ keyId })
  expect(rotated).toMatchObject({ code: 'API_KEY_ROTATED', api_key: { id: keyId } })
  expect((await ApiKeys.verifyApiKey({ requestBody: { api_key: key } })).is_valid).toBe(false)
  const renewed = await ApiKeys.verifyApiKey({ requestBody: { api_key: rotated.api_key?.key ?? '' } })
  expect(renewed).toMatchObject({ is_valid: true, key_id: keyId, scopes: ['read:users'] })

  expect(await ApiKeys.deleteApiKey({ keyId })).toMatchObject({ code: 'API_KEY_DELETED' })
  const ended = await ApiKeys.verifyApiKey({ requestBody: { api_key: rotated.api_key?.key ?? '' } })
  expect(ended).toMatchObject({ is_valid: false, status: 'revoked' })
})

test('keeps APIs, scopes and applications, and connects them', async () => {
  const { api } = await Apis.addApis({ requestBody: { name: 'Tides', audience: 'tides' } })
  const apiId = api?.id ?? ''
  const { scope } = await Apis.addApiScope({ apiId, requestBody: { key: 'read:tides', description: 'Read' } })
  const scopeId = scope?.id ?? ''
  expect((await Apis.getApiScope({ apiId, scopeId })).scope?.description).toBe('Read')
  await Apis.updateApiScope({ apiId, scopeId, requestBody: { description: 'Read them' } })
  expect((await Apis.getApiScopes({ apiId })).scopes).toEqual([
    { id: scopeId, key: 'read:tides', description: 'Read them' },
  ])
  const { apis } = await Apis.getApis({ expand: 'scopes' })
  expect(apis?.find(({ id }: { id: string }) => id === apiId)?.scopes).toEqual([
    { id: scopeId, key: 'read:tides' },
  ])

  const { application } = await Applications.createApplication({
    requestBody: { name: 'Nightly', type: 'm2m' },
  })
  const applicationId = application?.id ?? ''
  await Applications.updateApplication({ applicationId, requestBody: { name: 'Daily' } })
  expect((await Applications.getApplication({ applicationId })).application?.name).toBe('Daily')
  const { applications } = await Applications.getApplications({ sort: 'name_desc', pageSize: 1 })
  expect(applications?.map(({ id }: { id: string }) => id)).toEqual([applicationId])

  const connected = await Apis.updateApiApplications({
    apiId,
    requestBody: { applications: [{ id: applicationId }] },
  })
  expect(connected.applications_connected).toEqual([applicationId])
  await Apis.addApiApplicationScope({ apiId, applicationId, scopeId })
  expect((await Apis.getApi({ apiId })).api?.applications?.map(({ id }: { id: string }) => id)).toEqual([
    applicationId,
  ])
  await Apis.deleteApiApplicationScope({ apiId, applicationId, scopeId })
  const disconnected = await Apis.updateApiApplications({
    apiId,
    requestBody: { applications: [{ id: applicationId, operation: 'delete' }] },
  })
  expect(disconnected.applications_disconnected).toEqual([applicationId])

  await Apis.deleteApiScope({ apiId, scopeId })
  expect(await Apis.deleteApi({ apiId })).toMatchObject({ code: 'API_DELETED' })
  expect(await Applications.deleteApplication({ applicationId })).toMatchObject({ code: expect.any(String) })
})

describe('throws an ApiError', () => {
  const unknown = 'api_key_0195ac80a14e8d71f42b98e75d3c61ad'
  test.each<[string, () => Promise<unknown>, number]>([
    ['for a key that there is not', () => ApiKeys.getApiKey({ keyId: unknown }), 404],
    ['for an API that there is not', () => Apis.getApi({ apiId: '7ccd126599aa422a771abcb341596881' }), 404],
    ['for a bad request', () => Apis.addApis({ requestBody: { name: 'x'.repeat(65), audience: 'x' } }), 400],
    ['for no key', () => ApiKeys.verifyApiKey({ requestBody: { api_key: '' } }), 400],
  ])('%s', async (_, call, status) => {
    const error = await thrownBy(call())
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status, body: refusal })
  })

  test('where the application may not do it, or is not the one that it says it is', async () => {
    const weak = await makeApplication(environment, ['read:api_keys'])
    init({ kindeDomain: server.url, ...weak })
    expect((await ApiKeys.getApiKeys()).code).toBe('OK')
    const denied = await thrownBy(ApiKeys.deleteApiKey({ keyId: unknown }))
    expect(denied).toMatchObject({
      status: 403,
      body: { errors: [{ message: expect.stringContaining('delete:api_keys') }] },
    })
    init({ kindeDomain: server.url, clientId: weak.clientId, clientSecret: 'wrong' })
    expect(await thrownBy(ApiKeys.getApiKeys())).toMatchObject({ status: 403 })
    const unverified = await thrownBy(ApiKeys.verifyApiKey({ requestBody: { api_key: 'x' } }))
    expect(unverified).toMatchObject({ status: 401, body: refusal })
  })
})
