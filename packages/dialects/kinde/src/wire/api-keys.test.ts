import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { askToken, makeApplication, type Wire, wireOf, wireWith } from '../../testing/kinde.js'

const server = testServer()
let environment: TestEnvironment
let kinde: Wire
let apiId: string
let scopeIds: Record<string, string>
let user: string
let organization: string

const hex = (id: string) => id.replaceAll('-', '')

beforeAll(async () => {
  environment = await server.environment({ name: 'live' })
  kinde = await wireWith(server, environment)
  const { body } = await kinde.post('/apis', { name: 'Weather', audience: 'https://weather.example.com' })
  apiId = body.api.id
  scopeIds = {}
  for (const key of ['read:users', 'write:users']) {
    scopeIds[key] = (await kinde.post(`/apis/${apiId}/scopes`, { key })).body.scope.id
  }
  const { sdk } = environment
  const ada = await sdk.users.create({ email: 'ada@example.com' })
  const acme = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  await sdk.memberships.create(acme.id, { userId: ada.id })
  user = `kp_${hex(ada.id)}`
  organization = `org_${hex(acme.id)}`
})

/** Makes a key; its id and its secret. */
async function makeKey(more: object = {}): Promise<{ id: string; key: string }> {
  const { status, body } = await kinde.post('/api_keys', { name: 'Production', api_id: apiId, ...more })
  expect(body).toEqual({
    code: 'API_KEY_CREATED',
    message: 'API key created',
    api_key: {
      id: expect.stringMatching(/^api_key_[0-9a-f]{32}$/),
      key: expect.stringMatching(/^k_live_[0-9A-Za-z]{49}$/),
    },
  })
  expect(status).toBe(201)
  return body.api_key
}

const verify = async (key: string) => (await kinde.post('/api_keys/verify', { api_key: key })).body
const shown = async (id: string) => (await kinde.get(`/api_keys/${id}`)).body.api_key
const refusal = { errors: [{ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) }] }

describe('verify', () => {
  test('answers all ten fields of a key, counts each time, and remembers when', async () => {
    const { id, key } = await makeKey({ scope_ids: ['read:users', 'write:users'], user_id: user })
    const before = server.clock.now()
    const answers = [await verify(key), await verify(key), await verify(key)]
    expect(answers[0]).toEqual({
      code: 'API_KEY_VERIFIED',
      message: 'API key verified',
      is_valid: true,
      key_id: id,
      status: 'active',
      scopes: ['read:users', 'write:users'],
      org_code: null,
      user_id: user,
      last_verified_on: expect.any(String),
      verification_count: 1,
    })
    expect(answers.map(({ verification_count }) => verification_count)).toEqual([1, 2, 3])
    const times = answers.map(({ last_verified_on }) => Date.parse(last_verified_on))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    // The database keeps no less than the millisecond.
    expect(times[0]).toBeGreaterThanOrEqual(before - 1_000)
  })

  test('counts exactly what comes at once', async () => {
    const { id, key } = await makeKey()
    // Some of them while those before are being written down.
    for (const total of [50, 100, 150, 200]) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => verify(key)))
      expect(answers.every(({ is_valid }) => is_valid)).toBe(true)
      const counts = answers.map(({ verification_count }) => verification_count).sort((a, b) => a - b)
      expect(counts).toEqual(Array.from({ length: 50 }, (_, i) => total - 49 + i))
    }
    await expect.poll(() => shown(id)).toMatchObject({ verification_count: 200 })
  })

  test('tells whose key it is: of a user, an organization, a member of one, or of nobody', async () => {
    const owners = async (more: object) => {
      const { id, key } = await makeKey(more)
      const { org_code, user_id } = await verify(key)
      const { type, organization_id } = await shown(id)
      expect(organization_id).toBe(org_code)
      return { type, org_code, user_id }
    }
    expect(await owners({ type: 'user', user_id: user })).toEqual({
      type: 'user',
      org_code: null,
      user_id: user,
    })
    expect(await owners({ type: 'organization', org_code: organization })).toEqual({
      type: 'organization',
      org_code: organization,
      user_id: null,
    })
    expect(await owners({ user_id: user, org_code: organization })).toEqual({
      type: 'user',
      org_code: organization,
      user_id: user,
    })
    expect(await owners({ type: 'environment', user_id: null, org_code: null })).toEqual({
      type: 'environment',
      org_code: null,
      user_id: null,
    })
  })

  test.each(['nonsense', 'k_live_0000', 'x'.repeat(5_000), 'nul\u0000', '\ud800'])(
    'answers 200 for what is no key: %j',
    async (key) => {
      const { status, body } = await kinde.post('/api_keys/verify', { api_key: key })
      expect(status).toBe(200)
      expect(body).toEqual({
        code: 'API_KEY_INVALID',
        message: expect.any(String),
        is_valid: false,
        key_id: null,
        status: null,
        scopes: [],
        org_code: null,
        user_id: null,
        last_verified_on: null,
        verification_count: 0,
      })
    },
  )

  test('says of a key that is not good which one it is, and counts it not', async () => {
    const { id, key } = await makeKey({ scope_ids: ['read:users'], org_code: organization })
    await verify(key)
    await expect.poll(() => shown(id)).toMatchObject({ verification_count: 1, last_verified_ip: '127.0.0.1' })
    const known = { is_valid: false, code: 'API_KEY_INVALID', key_id: id, scopes: [], verification_count: 1 }
    const { sdk } = environment
    await sdk.apiKeys.update(id, { enabled: false })
    expect(await verify(key)).toMatchObject({ ...known, status: 'inactive' })
    await sdk.apiKeys.update(id, { enabled: true })
    await kinde.delete(`/api_keys/${id}`)
    expect(await verify(key)).toMatchObject({ ...known, status: 'revoked', org_code: organization })
    expect(Object.keys(await verify(key))).toHaveLength(10)
  })

  test('needs the token of an application, with whatever scopes, and answers 401 without', async () => {
    const { key } = await makeKey()
    const body = { api_key: key }
    const none = await wireWith(server, environment, [])
    expect((await none.post('/api_keys/verify', body)).body.is_valid).toBe(true)

    const person = await environment.signedUp()
    const bad = [undefined, 'nonsense', key, `${'a.'.repeat(2)}b`, person.cookies.get('__session')]
    for (const token of bad) {
      const answer = await wireOf(server, token).post('/api_keys/verify', body)
      expect([answer.status, answer.body], token).toEqual([401, refusal])
    }
    const application = await makeApplication(environment)
    const { access_token } = (await askToken(server, application)).body
    await environment.sdk.applications.update(application.clientId, { enabled: false })
    expect((await wireOf(server, access_token).post('/api_keys/verify', body)).status).toBe(401)
    for (const missing of [{}, { api_key: '' }, { api_key: null }, { api_key: 7 }, '[]', '', '{']) {
      const answer = await kinde.post('/api_keys/verify', missing)
      expect([answer.status, answer.body], JSON.stringify(missing)).toEqual([400, refusal])
    }
  })

  test('knows keys of its own environment only', async () => {
    const { key } = await makeKey()
    const elsewhere = await wireWith(server, await server.environment())
    expect((await elsewhere.post('/api_keys/verify', { api_key: key })).body.key_id).toBeNull()
  })
})

describe('create', () => {
  test('takes scopes by their ids or by their keys', async () => {
    for (const scope_ids of [
      ['read:users'],
      [scopeIds['read:users']],
      ['read:users', scopeIds['read:users']],
    ]) {
      expect((await verify((await makeKey({ scope_ids })).key)).scopes).toEqual(['read:users'])
    }
    expect((await verify((await makeKey({ scope_ids: null })).key)).scopes).toEqual([])
  })

  test('takes plain ids, and finds the owner that the type needs', async () => {
    const { sdk } = environment
    const [api] = (await sdk.apis.list({ search: 'Weather' })).items
    const [ada] = (await sdk.users.list({ email: 'ada@example.com' })).items
    const { key } = await makeKey({ api_id: api?.id, user_id: ada?.id })
    expect((await verify(key)).user_id).toBe(user)
  })

  test.each<[string, () => object]>([
    ['no name', () => ({ name: undefined })],
    ['a name that is none', () => ({ name: { first: 'x' } })],
    ['no API', () => ({ api_id: undefined })],
    ['an API that there is not', () => ({ api_id: hex(environment.id) })],
    ['an id of an API that can be none', () => ({ api_id: 'nonsense' })],
    ['a scope that there is not', () => ({ scope_ids: ['read:moons'] })],
    ['scopes that are no list', () => ({ scope_ids: 'read:users' })],
    ['a type that there is not', () => ({ type: 'team' })],
    ['a user key without a user', () => ({ type: 'user', org_code: organization })],
    ['an organization key without one', () => ({ type: 'organization', user_id: user })],
    ['an environment key with a user', () => ({ type: 'environment', user_id: user })],
    ['a user that there is not', () => ({ user_id: `kp_${hex(environment.id)}` })],
    ['an organization that there is not', () => ({ org_code: 'org_1234567890' })],
  ])('refuses %s', async (_, more) => {
    const answer = await kinde.post('/api_keys', { name: 'x', api_id: apiId, ...more() })
    expect([answer.status, answer.body]).toEqual([400, refusal])
  })

  test('refuses a scope of another API', async () => {
    const { body } = await kinde.post('/apis', { name: 'Tides', audience: 'tides' })
    const scope = await kinde.post(`/apis/${body.api.id}/scopes`, { key: 'read:tides' })
    for (const scope_ids of [['read:tides'], [scope.body.scope.id]]) {
      const answer = await kinde.post('/api_keys', { name: 'x', api_id: apiId, scope_ids })
      expect(answer.status).toBe(400)
      expect(answer.body.errors[0].message).toContain(scope_ids[0])
    }
  })
})

describe('get, rotate and delete', () => {
  test('show a key without its secret', async () => {
    const { id, key } = await makeKey({ scope_ids: ['read:users'], org_code: organization })
    const { status, body } = await kinde.get(`/api_keys/${id}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      code: 'OK',
      message: 'Success',
      api_key: {
        id,
        name: 'Production',
        type: 'organization',
        status: 'active',
        key_prefix: key.slice(0, 6),
        key_suffix: key.slice(-4),
        created_on: expect.any(String),
        last_verified_on: null,
        last_verified_ip: null,
        created_by: expect.any(String),
        api_ids: [apiId],
        scopes: ['read:users'],
        verification_count: 0,
        organization_id: organization,
        org_code: organization,
        user_id: null,
      },
    })
    expect(JSON.stringify((await kinde.get('/api_keys?page_size=100')).body)).not.toContain(key)
  })

  test.each<['put' | 'post', string]>([
    ['put', ''],
    ['post', '/rotate'],
  ])('give a key another secret by %s%s', async (method, suffix) => {
    const { id, key } = await makeKey({ scope_ids: ['read:users'], user_id: user })
    const { status, body } = await kinde[method](`/api_keys/${id}${suffix}`)
    expect([status, body.code, body.api_key.id]).toEqual([200, 'API_KEY_ROTATED', id])
    expect(await verify(key)).toMatchObject({ is_valid: false })
    expect(await verify(body.api_key.key)).toMatchObject({
      is_valid: true,
      key_id: id,
      scopes: ['read:users'],
      user_id: user,
    })
    await kinde.delete(`/api_keys/${id}`)
    expect((await kinde[method](`/api_keys/${id}${suffix}`)).status).toBe(400)
  })

  test('keep a deleted key as a revoked one', async () => {
    const { id } = await makeKey()
    for (let i = 0; i < 2; i++) {
      const { status, body } = await kinde.delete(`/api_keys/${id}`)
      expect([status, body]).toEqual([200, { code: 'API_KEY_DELETED', message: 'API key deleted' }])
    }
    expect(await shown(id)).toMatchObject({ status: 'revoked' })
  })

  test.each(['get', 'put', 'delete'] as const)(
    '%s answers 404 for a key that there is not',
    async (method) => {
      const foreign = await environment.sdk.apis.list()
      for (const id of [`api_key_${'0'.repeat(32)}`, 'nonsense', foreign.items[0]?.id]) {
        const answer = await kinde[method](`/api_keys/${id}`)
        expect([answer.status, answer.body], id).toEqual([404, refusal])
      }
    },
  )
})

describe('list', () => {
  let made: Record<'user' | 'organization' | 'environment' | 'disabled' | 'expired' | 'revoked', string>
  let wire: Wire

  beforeAll(async () => {
    // An environment of its own: what the other tests make is not counted here.
    const own = await server.environment()
    wire = await wireWith(server, own)
    const { sdk } = own
    const api = await sdk.apis.create({ name: 'Weather', audience: 'weather' })
    const ada = await sdk.users.create({ email: 'ada@example.com' })
    const acme = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
    user = `kp_${hex(ada.id)}`
    organization = `org_${hex(acme.id)}`
    const key = async (more: object) => {
      const { apiKey } = await sdk.apiKeys.create({ apiId: api.id, name: 'x', ...more })
      return `api_key_${hex(apiKey.id)}`
    }
    made = {
      user: await key({ userId: ada.id }),
      organization: await key({ organizationId: acme.id }),
      environment: await key({}),
      disabled: await key({ enabled: false }),
      expired: await key({ expiresAt: '2020-01-01T00:00:00Z' }),
      revoked: await key({}),
    }
    await wire.delete(`/api_keys/${made.revoked}`)
  })

  const idsOf = async (query: string) => {
    const { status, body } = await wire.get(`/api_keys${query}`)
    expect([status, body.code]).toEqual([200, 'OK'])
    return { ids: body.api_keys.map(({ id }: { id: string }) => id), more: body.has_more }
  }

  test('shows all keys, newest first, page by page', async () => {
    const all = (await idsOf('')).ids
    expect(all).toEqual(Object.values(made).reverse())
    const first = await idsOf('?page_size=1')
    expect(first).toEqual({ ids: [all[0]], more: true })
    expect(await idsOf(`?page_size=1&starting_after=${first.ids[0]}`)).toEqual({ ids: [all[1]], more: true })
    expect(await idsOf(`?page_size=4&starting_after=${all[1]}`)).toEqual({ ids: all.slice(2), more: false })
  })

  test('shows those of a type, a status, a user or an organization', async () => {
    const {
      user: ofUser,
      organization: ofOrganization,
      environment: ofNobody,
      disabled,
      expired,
      revoked,
    } = made
    expect((await idsOf('?key_type=user')).ids).toEqual([ofUser])
    expect((await idsOf('?key_type=organization')).ids).toEqual([ofOrganization])
    expect((await idsOf(`?user_id=${user}`)).ids).toEqual([ofUser])
    expect((await idsOf(`?org_code=${organization}`)).ids).toEqual([ofOrganization])
    expect((await idsOf('?status=active')).ids).toEqual([ofNobody, ofOrganization, ofUser])
    expect(await idsOf('?status=inactive')).toEqual({ ids: [expired, disabled], more: false })
    expect(await idsOf('?status=inactive&page_size=1')).toEqual({ ids: [expired], more: true })
    expect(await idsOf(`?status=inactive&page_size=1&starting_after=${expired}`)).toEqual({
      ids: [disabled],
      more: false,
    })
    expect((await idsOf('?status=revoked')).ids).toEqual([revoked])
    expect((await idsOf(`?status=revoked&user_id=${user}`)).ids).toEqual([])
  })

  test.each([
    'page_size=0',
    'page_size=x',
    'status=gone',
    'key_type=team',
    'starting_after=nonsense',
    'status=active&status=revoked',
  ])('refuses %s', async (query) => {
    const answer = await wire.get(`/api_keys?${query}`)
    expect([answer.status, answer.body]).toEqual([400, refusal])
  })
})

describe('scopes', () => {
  test('that a token lacks are named, and each is needed by itself', async () => {
    const { id } = await makeKey()
    const calls: [string, (wire: Wire) => ReturnType<Wire['get']>][] = [
      ['read:api_keys', (wire) => wire.get('/api_keys')],
      ['read:api_keys', (wire) => wire.get(`/api_keys/${id}`)],
      ['create:api_keys', (wire) => wire.post('/api_keys', { name: 'x', api_id: apiId })],
      ['update:api_keys', (wire) => wire.put(`/api_keys/${id}`)],
      ['delete:api_keys', (wire) => wire.delete(`/api_keys/${id}`)],
    ]
    const scopes = ['read:api_keys', 'create:api_keys', 'update:api_keys', 'delete:api_keys']
    for (const held of scopes) {
      const wire = await wireWith(server, environment, [held])
      for (const [needed, call] of calls) {
        const { status, body } = await call(wire)
        if (needed === held) expect(status, needed).toBeLessThan(300)
        else expect([status, body.errors[0].message]).toEqual([403, expect.stringContaining(needed)])
      }
    }
    const none = await wireWith(server, environment, ['users:read'])
    expect((await none.get('/api_keys')).body.errors[0].message).toContain('read:api_keys')
    const ours = await wireWith(server, environment, ['api_keys:write', 'create:apis'])
    expect((await ours.put(`/api_keys/${id}`)).status).toBe(400)
    expect((await ours.get('/api_keys')).status).toBe(403)
  })

  test('are of no use without a token that is good: 403, in the words of the client', async () => {
    for (const token of [undefined, 'nonsense', (await makeKey()).key]) {
      const answer = await wireOf(server, token).get('/api_keys')
      expect([answer.status, answer.body]).toEqual([403, refusal])
    }
    // Whoever writes the scopes into a token itself has not signed it.
    const claims = Buffer.from(JSON.stringify({ scope: 'read:api_keys' })).toString('base64url')
    expect((await wireOf(server, `e30.${claims}.e30`).get('/api_keys')).status).toBe(403)
  })

  test('are not asked of a secret key, which has permissions', async () => {
    const { status, body } = await wireOf(server, environment.secretKey).get('/api_keys?page_size=1')
    expect([status, body.api_keys.length]).toEqual([200, 1])
  })
})
