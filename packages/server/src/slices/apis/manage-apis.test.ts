import { randomUUID } from 'node:crypto'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'

const server = testServer()
let environment: TestEnvironment
beforeAll(async () => {
  environment = await server.environment()
})

const audienceOfNobody = () => `https://${randomUUID()}.example.com`

describe('apis', () => {
  test('are made, found, renamed and deleted, each with its event', async () => {
    const { sdk, operator } = await server.environment()
    const audience = audienceOfNobody()
    const made = await sdk.apis.create({ name: 'Weather', audience })
    expect(made).toEqual({
      id: expect.any(String),
      name: 'Weather',
      audience,
      isManagement: false,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    expect(await sdk.apis.get(made.id)).toEqual(made)
    server.clock.advance({ seconds: 1 })
    const renamed = await sdk.apis.update(made.id, { name: 'Tides' })
    expect(renamed).toEqual({ ...made, name: 'Tides', updatedAt: expect.any(String) })
    expect(renamed.updatedAt > made.updatedAt).toBe(true)
    expect(await sdk.apis.update(made.id, { name: 'Tides' })).toEqual(renamed)
    await sdk.apis.delete(made.id)
    await expect(sdk.apis.get(made.id)).rejects.toMatchObject({ code: 'api_not_found' })
    const events = (await operator.events.list()).items.map(({ type, data }) => [type, data])
    expect(events).toEqual([
      ['api.deleted', { api: renamed }],
      ['api.updated', { api: renamed }],
      ['api.created', { api: made }],
    ])
  })

  test('have an audience to themselves in their environment, also among many who ask at once', async () => {
    const audience = audienceOfNobody()
    const { apis } = environment.sdk
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => apis.create({ name: 'One', audience })),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'audience_taken' })
    }
    const elsewhere = await server.environment()
    await elsewhere.sdk.apis.create({ name: 'Another', audience })
    for (const own of ['/api', '/api/', '/api/v1', '/api/v1/']) {
      const taken = apis.create({ name: 'Mine', audience: `http://claviger.test${own}` })
      await expect(taken).rejects.toMatchObject({ status: 409, code: 'audience_taken' })
    }
  })

  test('are searched by part of name or audience, wildcards being none', async () => {
    const { sdk } = await server.environment()
    await sdk.apis.create({ name: '100% Weather', audience: 'https://w.example.com' })
    await sdk.apis.create({ name: 'Tides', audience: 'https://tides.example.com' })
    const found = async (search: string) => (await sdk.apis.list({ search })).items.map(({ name }) => name)
    expect(await found('TIDES.example')).toEqual(['Tides'])
    expect(await found('0%')).toEqual(['100% Weather'])
    expect(await found('%')).toEqual(['100% Weather'])
    expect(await found('example.com')).toEqual(['Tides', '100% Weather'])
    expect((await sdk.apis.list({ isManagement: false })).total).toBe(2)
  })

  test('have one among them that is this server, which stays as it is', async () => {
    const { apis, apiScopes } = environment.sdk
    const { items, total } = await apis.list({ isManagement: true })
    expect([total, items]).toMatchObject([1, [{ isManagement: true, audience: 'http://claviger.test/api' }]])
    const id = items[0]?.id ?? ''
    const refusals = [
      () => apis.update(id, { name: 'Mine' }),
      () => apis.delete(id),
      () => apiScopes.create(id, { key: 'read:all' }),
    ]
    for (const refused of refusals) {
      await expect(refused()).rejects.toMatchObject({ status: 409, code: 'management_api_fixed' })
    }
    expect((await apiScopes.list(id)).total).toBe(0)
  })
})

describe('apiScopes', () => {
  test('are made, found, described and deleted, each with its event', async () => {
    const { sdk, operator } = await server.environment()
    const { id } = await sdk.apis.create({ name: 'Weather', audience: audienceOfNobody() })
    const other = await sdk.apis.create({ name: 'Tides', audience: audienceOfNobody() })
    const scope = await sdk.apiScopes.create(id, { key: 'read:forecasts', description: 'Read' })
    await sdk.apiScopes.create(other.id, { key: 'read:forecasts' })
    await expect(sdk.apiScopes.create(id, { key: 'read:forecasts' })).rejects.toMatchObject({
      code: 'api_scope_taken',
    })
    expect(await sdk.apiScopes.get(id, scope.id)).toEqual(scope)
    await expect(sdk.apiScopes.get(other.id, scope.id)).rejects.toMatchObject({ code: 'api_scope_not_found' })
    const updated = await sdk.apiScopes.update(id, scope.id, { description: null })
    expect(updated).toEqual({ ...scope, description: null })
    expect((await sdk.apiScopes.list(id, { search: 'FORECAST' })).items).toEqual([updated])
    await sdk.apiScopes.delete(id, scope.id)
    expect((await sdk.apiScopes.list(id)).total).toBe(0)
    const types = (await operator.events.list()).items.map(({ type }) => type)
    expect(types.slice(0, 2)).toEqual(['api_scope.deleted', 'api_scope.updated'])
  })

  test('have keys that a list separated by spaces can hold', async () => {
    const { sdk } = environment
    const { id } = await sdk.apis.create({ name: 'Weather', audience: audienceOfNobody() })
    for (const key of ['', 'a b', 'a\tb', 'a"b', 'a\\b', 'ü', 'a'.repeat(65)]) {
      await expect(sdk.apiScopes.create(id, { key })).rejects.toMatchObject({ code: 'invalid_request' })
    }
    expect((await sdk.apiScopes.create(id, { key: '!#[]~:a/b.*' })).key).toBe('!#[]~:a/b.*')
  })

  test('that are deleted are taken from every key and application, of their API alone', async () => {
    const { sdk, id: environmentId } = environment
    const weather = await sdk.apis.create({ name: 'Weather', audience: audienceOfNobody() })
    const tides = await sdk.apis.create({ name: 'Tides', audience: audienceOfNobody() })
    const { application } = await sdk.applications.create({ name: 'Report' })
    const scopes = ['read', 'write']
    for (const { id } of [weather, tides]) {
      for (const key of scopes) await sdk.apiScopes.create(id, { key })
      await sdk.applications.allowApi(application.id, id, { scopes })
      await server.owner.query(
        `insert into api_keys (environment_id, id, api_id, name, hash, scopes)
         values ($1, gen_random_uuid(), $2, 'Key', sha256(uuid_send(gen_random_uuid())), $3)`,
        [environmentId, id, scopes],
      )
    }
    const [read] = (await sdk.apiScopes.list(weather.id, { search: 'read' })).items
    await sdk.apiScopes.delete(weather.id, read?.id ?? '')
    expect((await sdk.applications.get(application.id)).apis).toEqual([
      { apiId: weather.id, scopes: ['write'] },
      { apiId: tides.id, scopes },
    ])
    const keys = () =>
      server.owner
        .query('select api_id, scopes from api_keys where environment_id = $1 order by created_at, api_id', [
          environmentId,
        ])
        .then(({ rows }) => new Map(rows.map((row) => [row.api_id, row.scopes])))
    expect(await keys()).toEqual(
      new Map([
        [weather.id, ['write']],
        [tides.id, scopes],
      ]),
    )
    await sdk.apis.delete(weather.id)
    expect(await keys()).toEqual(new Map([[tides.id, scopes]]))
    expect((await sdk.applications.get(application.id)).apis).toEqual([{ apiId: tides.id, scopes }])
  })
})
