import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { askToken, type Wire, wireWith } from '../../testing/kinde.js'

const server = testServer()
let environment: TestEnvironment
let kinde: Wire
const refusal = { errors: [{ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) }] }

beforeAll(async () => {
  environment = await server.environment()
  kinde = await wireWith(server, environment)
})

let made = 0
async function makeApi(name = 'Weather'): Promise<string> {
  const { status, body } = await kinde.post('/apis', { name, audience: `https://api-${made++}.example.com` })
  expect([status, body]).toEqual([
    201,
    { code: 'API_CREATED', message: 'API created', api: { id: expect.stringMatching(/^[0-9a-f]{32}$/) } },
  ])
  return body.api.id
}

describe('APIs', () => {
  test('are registered, shown with their scopes and applications, and deleted', async () => {
    const id = await makeApi('Tides')
    const { body: scoped } = await kinde.post(`/apis/${id}/scopes`, {
      key: 'read:tides',
      description: 'Read',
    })
    const scope = { id: expect.stringMatching(/^api_scope_[0-9a-f]{32}$/) }
    expect(scoped).toEqual({ code: 'API_SCOPE_CREATED', message: 'API scope created', scope })
    const found = await kinde.get(`/apis/${id}`)
    expect([found.status, found.body]).toEqual([
      200,
      {
        code: 'OK',
        message: 'Success',
        api: {
          id,
          name: 'Tides',
          audience: expect.stringMatching(/^https:/),
          is_management_api: false,
          scopes: [{ id: scoped.scope.id, key: 'read:tides' }],
          applications: [],
        },
      },
    ])
    const gone = await kinde.delete(`/apis/${id}`)
    expect([gone.status, gone.body]).toEqual([
      200,
      { code: 'API_DELETED', message: 'API successfully deleted' },
    ])
    expect((await kinde.get(`/apis/${id}`)).status).toBe(404)
  })

  test('are listed by name, all of them, with scopes where they are asked for', async () => {
    for (const name of ['zebra', 'Ape', 'bee']) await makeApi(name)
    const { body } = await kinde.get('/apis?expand=scopes')
    const names: string[] = body.apis.map(({ name }: { name: string }) => name)
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en')))
    expect(names).toEqual(expect.arrayContaining(['Ape', 'bee', 'Management API', 'zebra']))
    for (const each of body.apis) expect(each.scopes).toEqual(expect.any(Array))
    const [management] = body.apis.filter((each: { is_management_api: boolean }) => each.is_management_api)
    expect(management.audience).toBe('http://claviger.test/api')
    expect(management.scopes).toContainEqual({ id: 'read:api_keys', key: 'read:api_keys' })
    expect((await kinde.get(`/apis/${management.id}/scopes/read:api_keys`)).body.scope.key).toBe(
      'read:api_keys',
    )
    expect((await kinde.get('/apis')).body.apis[0]).not.toHaveProperty('scopes')
    expect((await kinde.delete(`/apis/${management.id}`)).status).toBe(400)
  })

  test.each<[string, object]>([
    ['a name of 65 characters', { name: 'x'.repeat(65), audience: 'a' }],
    ['an audience of 65 characters', { name: 'x', audience: 'a'.repeat(65) }],
    ['no audience', { name: 'x' }],
    ['no name', { name: '', audience: 'a' }],
  ])('are refused with %s', async (_, body) => {
    const answer = await kinde.post('/apis', body)
    expect([answer.status, answer.body]).toEqual([400, refusal])
  })

  test('have an audience each', async () => {
    expect((await kinde.post('/apis', { name: 'x'.repeat(64), audience: 'taken' })).status).toBe(201)
    const again = await kinde.post('/apis', { name: 'y', audience: 'taken' })
    expect([again.status, again.body]).toEqual([400, refusal])
  })
})

describe('scopes of an API', () => {
  test('are added, shown, described and deleted', async () => {
    const api = await makeApi()
    const key = 'read:forecasts'
    const { id } = (await kinde.post(`/apis/${api}/scopes`, { key })).body.scope
    expect((await kinde.post(`/apis/${api}/scopes`, { key })).status).toBe(400)
    expect((await kinde.post(`/apis/${api}/scopes`, { key: 'read forecasts' })).status).toBe(400)
    const path = `/apis/${api}/scopes/${id}`
    expect((await kinde.get(path)).body.scope).toEqual({ id, key, description: '' })
    expect((await kinde.patch(path, { description: 'Every station' })).status).toBe(200)
    const scope = { id, key, description: 'Every station' }
    expect((await kinde.get(`/apis/${api}/scopes`)).body.scopes).toEqual([scope])
    expect((await kinde.delete(path)).status).toBe(200)
    const gone = await kinde.get(path)
    expect([gone.status, gone.body]).toEqual([404, refusal])
  })
})

describe('applications', () => {
  test('are made, shown without their secret, renamed and deleted', async () => {
    const { status, body } = await kinde.post('/applications', { name: 'Nightly', type: 'm2m' })
    expect(status).toBe(201)
    const { id, client_id, client_secret } = body.application
    expect([id, client_secret]).toEqual([client_id, expect.stringMatching(/^cs_/)])
    expect((await kinde.patch(`/applications/${id}`, { name: 'Daily' })).status).toBe(200)
    const shown = await kinde.get(`/applications/${id}`)
    expect(shown.body.application).toEqual({ id, name: 'Daily', type: 'm2m', client_id: id })
    expect((await kinde.patch(`/applications/${id}`, { login_uri: 'https://x' })).body).toEqual(refusal)
    expect((await kinde.delete(`/applications/${id}`)).status).toBe(200)
    expect((await kinde.get(`/applications/${id}`)).status).toBe(404)
    for (const bad of [
      { name: 'x' },
      { name: 'x', type: 'tv' },
      { name: 'x', type: 'm2m', org_code: 'org_1' },
    ])
      expect((await kinde.post('/applications', bad)).status).toBe(400)
  })

  test('are listed page by page, newest first or by name', async () => {
    const wire = await wireWith(server, await server.environment())
    for (const name of ['b', 'c', 'a']) await wire.post('/applications', { name, type: 'm2m' })
    const pagesOf = async (query: string) => {
      const names: string[] = []
      for (let token: string | null = ''; token !== null; ) {
        const next: string = token && `&next_token=${token}`
        const { body } = await wire.get(`/applications?page_size=2${query}${next}`)
        names.push(...body.applications.map(({ name }: { name: string }) => name))
        token = body.next_token
      }
      return names
    }
    expect(await pagesOf('')).toEqual(['a', 'c', 'b', 'Backend'])
    expect(await pagesOf('&sort=name_asc')).toEqual(['a', 'b', 'Backend', 'c'])
    expect(await pagesOf('&sort=name_desc')).toEqual(['c', 'Backend', 'b', 'a'])
  })
})

describe('applications of an API', () => {
  test('are connected and disconnected together, and get their scopes one by one', async () => {
    const api = await makeApi()
    const { audience } = (await kinde.get(`/apis/${api}`)).body.api
    const scopes = ['read:a', 'read:b', 'read:c']
    const scopeIds: string[] = []
    for (const key of scopes) {
      scopeIds.push((await kinde.post(`/apis/${api}/scopes`, { key })).body.scope.id)
    }
    const make = async () => (await kinde.post('/applications', { name: 'M', type: 'm2m' })).body.application
    const [first, second] = [await make(), await make()]
    const credentials = { clientId: first.client_id, clientSecret: first.client_secret }
    const path = `/apis/${api}/applications`
    expect((await askToken(server, credentials, audience)).status).toBe(403)
    expect((await kinde.post(`${path}/${first.id}/scopes/${scopeIds[0]}`)).status).toBe(400)

    const applications = [{ id: first.id }, { id: second.id.replaceAll('-', '') }]
    const connected = await kinde.patch(path, { applications })
    expect([connected.status, connected.body]).toEqual([
      200,
      {
        code: 'API_APPLICATIONS_UPDATED',
        message: 'API applications updated',
        applications_connected: applications.map(({ id }) => id),
        applications_disconnected: [],
      },
    ])
    // Three at once: none of them is lost.
    const added = await Promise.all(scopeIds.map((id) => kinde.post(`${path}/${first.id}/scopes/${id}`)))
    expect(added.map(({ status }) => status)).toEqual([200, 200, 200])
    const scopeOf = async () => (await askToken(server, credentials, audience)).body.scope?.split(' ').sort()
    expect(await scopeOf()).toEqual(scopes)
    expect((await kinde.delete(`${path}/${first.id}/scopes/${scopeIds[1]}`)).status).toBe(200)
    await kinde.patch(path, { applications })
    expect(await scopeOf()).toEqual(['read:a', 'read:c'])
    const shown = (await kinde.get(`/apis/${api}`)).body.api.applications
    const type = 'Machine to machine (M2M)'
    expect(shown).toContainEqual({ id: first.id, name: 'M', type, is_active: true })

    const changes = [{ id: first.id, operation: 'delete' }, { id: environment.id }]
    expect((await kinde.patch(path, { applications: changes })).status).toBe(400)
    expect(await scopeOf()).toBeDefined()
    const ended = await kinde.patch(path, { applications: changes.slice(0, 1) })
    expect(ended.body.applications_disconnected).toEqual([first.id])
    expect((await askToken(server, credentials, audience)).status).toBe(403)
  })

  test('get scopes of the management API by their names, and lose them again', async () => {
    const { apis } = (await kinde.get('/apis')).body
    const { id: management } = apis.find((each: { is_management_api: boolean }) => each.is_management_api)
    const { application } = (await kinde.post('/applications', { name: 'M', type: 'm2m' })).body
    const path = `/apis/${management}/applications`
    await kinde.patch(path, { applications: [{ id: application.id }] })
    const scope = async () =>
      (
        await askToken(server, {
          clientId: application.client_id,
          clientSecret: application.client_secret,
        })
      ).body.scope
    expect(await scope()).toBe('')
    await kinde.post(`${path}/${application.id}/scopes/read:api_keys`)
    await kinde.post(`${path}/${application.id}/scopes/create:api_keys`)
    expect(await scope()).toBe('read:api_keys create:api_keys')
    await kinde.delete(`${path}/${application.id}/scopes/read:api_keys`)
    expect(await scope()).toBe('create:api_keys')
    expect((await kinde.post(`${path}/${application.id}/scopes/read:moons`)).status).toBe(400)
  })

  test('are shown to whoever may read them', async () => {
    const api = await makeApi()
    const readsApis = await wireWith(server, environment, ['read:apis'])
    const { body } = await readsApis.get(`/apis/${api}`)
    expect(body.api).toMatchObject({ id: api, scopes: [] })
    expect(body.api).not.toHaveProperty('applications')
    const denied = await readsApis.get('/applications')
    expect([denied.status, denied.body.errors[0].message]).toEqual([
      403,
      expect.stringContaining('read:applications'),
    ])
  })
})
