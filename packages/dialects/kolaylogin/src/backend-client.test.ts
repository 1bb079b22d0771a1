import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { implementations } from '../testing/implementations.js'
import { type Answer, type RecordingServer, startRecordingServer } from '../testing/recording-server.js'
import { type SessionKey, sessionKey } from '../testing/session-keys.js'
import * as ours from './index.js'

const claims = { sid: 's1', sub: 'u1', env: 'e1', iss: 'https://id.example.com' }
const signedOut = { userId: null, sessionId: null, orgId: null, orgRole: null, isSignedIn: false }

let server: RecordingServer
let key: SessionKey
let billing: Answer

beforeAll(async () => {
  server = await startRecordingServer()
  key = await sessionKey('ES256', 'k1')
})
beforeEach(() => {
  server.reset()
  billing = { status: 200, body: {} }
  server.answer = ({ path }) =>
    path === '/v1/billing/me' ? billing : { status: 200, body: { keys: [key.publicJwk] } }
})
afterEach(() => vi.unstubAllEnvs())
afterAll(() => server.close())

const requestWith = (cookie: string) => ({ headers: { cookie } })
const billingRequests = () => server.requests.filter(({ path }) => path === '/v1/billing/me')

describe.each(implementations)('KolayLoginBackendClient of $name', ({ library }) => {
  const client = (opts: ours.KolayLoginBackendClientOptions = {}) =>
    new library.KolayLoginBackendClient({ baseUrl: server.url, ...opts })

  it('getJwksUrl prefers the option, then KL_API_BASE_URL, then the hosted server', () => {
    const kolay = new library.KolayLoginBackendClient({})
    vi.stubEnv('KL_API_BASE_URL', undefined)
    expect(kolay.getJwksUrl()).toBe(library.DEFAULT_JWKS_URL)
    vi.stubEnv('KL_API_BASE_URL', 'https://env.example.com//')
    expect(kolay.getJwksUrl()).toBe('https://env.example.com/.well-known/jwks.json')
    expect(client({ baseUrl: 'https://id.example.com/base/' }).getJwksUrl()).toBe(
      'https://id.example.com/base/.well-known/jwks.json',
    )
  })

  it('verifySessionJwt fetches the keys of the server and checks issuer and audience', async () => {
    const token = await key.sign(claims)
    expect(await client({ issuer: claims.iss }).verifySessionJwt(token)).toMatchObject(claims)
    await expect(client({ issuer: 'https://other' }).verifySessionJwt(token)).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    })
    await expect(client({ audience: 'x' }).verifySessionJwt(token)).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    })
  })

  it('getSessionFromRequest verifies the session cookie', async () => {
    const request = requestWith(`__client=x.y; __session=${await key.sign(claims)}`)
    expect(await client().getSessionFromRequest(request)).toMatchObject(claims)
  })

  it.each([{}, { headers: {} }, requestWith(''), requestWith('__client=x'), requestWith('__session=')])(
    'getSessionFromRequest returns null without a session cookie: %j',
    async (request) => {
      expect(await client().getSessionFromRequest(request)).toBeNull()
      expect(server.requests).toEqual([])
    },
  )

  it('getSessionFromRequest throws if the session cookie is not valid', async () => {
    await expect(client().getSessionFromRequest(requestWith('__session=abc'))).rejects.toMatchObject({
      code: 'ERR_JWS_INVALID',
    })
    const expired = await key.sign(claims, -1)
    await expect(client().getSessionFromRequest(requestWith(`__session=${expired}`))).rejects.toMatchObject({
      code: 'ERR_JWT_EXPIRED',
    })
  })

  it('fetchMyBilling passes the cookies on', async () => {
    await client().fetchMyBilling(requestWith('__client=x; __session=abc'))
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: '/v1/billing/me',
        headers: { accept: 'application/json', cookie: '__client=x; __session=abc' },
        body: '',
      },
    ])
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('fetchMyBilling sends no cookie header if the request has none', async () => {
    await client().fetchMyBilling({})
    expect(server.requests[0]?.headers.cookie).toBeUndefined()
  })

  it.each<[Answer, ours.BillingSnapshot | null]>([
    [
      {
        status: 200,
        body: {
          plan: { id: 7, key: 'pro', name: 'Pro', extra: 1 },
          features: [
            { key: 'export', name: 'Export', description: 'As CSV' },
            { key: 'sso', description: null },
          ],
          status: 'active',
        },
      },
      {
        plan: { id: '7', key: 'pro', name: 'Pro' },
        features: [
          { key: 'export', name: 'Export', description: 'As CSV' },
          { key: 'sso', name: 'sso' },
        ],
        status: 'active',
      },
    ],
    [
      { status: 200, body: { plan: { id: 'p1' } } },
      { plan: { id: 'p1', key: null, name: '' }, features: [], status: null },
    ],
    [
      { status: 200, body: { plan: null, features: {} } },
      { plan: null, features: [], status: null },
    ],
    [{ status: 200, body: 'null' }, null],
    [{ status: 401, body: { message: 'no session' } }, null],
    [{ status: 500, body: '<html>' }, null],
  ])('fetchMyBilling reads %j', async (answer, snapshot) => {
    billing = answer
    expect(await client().fetchMyBilling({})).toEqual(snapshot)
  })

  it('fetchMyBilling throws if a 2xx answer is not JSON', async () => {
    billing = { status: 200, body: '<html>' }
    await expect(client().fetchMyBilling({})).rejects.toThrow(SyntaxError)
  })

  it('auth tells a signed-in user and what that user may use', async () => {
    billing = { status: 200, body: { plan: { id: 'p1', key: 'pro' }, features: [{ key: 'export' }] } }
    const token = await key.sign({ ...claims, org: 'o1', org_role: 'admin' })

    const { has, ...who } = await client().auth(requestWith(`__session=${token}`))

    expect(who).toEqual({ userId: 'u1', sessionId: 's1', orgId: 'o1', orgRole: 'admin', isSignedIn: true })
    expect(has({})).toBe(true)
    expect(has({ plan: 'pro', feature: 'export', role: 'admin' })).toBe(true)
    expect(has({ plan: 'free' })).toBe(false)
    expect(has({ plan: 'pro', feature: 'sso' })).toBe(false)
    expect(has({ plan: 'pro', role: 'owner' })).toBe(false)
    expect(billingRequests()).toHaveLength(1)
  })

  it('auth knows no plan and no feature if there is no billing', async () => {
    billing = { status: 404 }
    const token = await key.sign(claims)

    const { has, ...who } = await client().auth(requestWith(`__session=${token}`))

    expect(who).toEqual({ userId: 'u1', sessionId: 's1', orgId: null, orgRole: null, isSignedIn: true })
    expect(has({})).toBe(true)
    expect(has({ plan: 'pro' })).toBe(false)
    expect(has({ feature: 'export' })).toBe(false)
    expect(has({ role: 'admin' })).toBe(false)
  })

  it('auth of a signed-out request says no to everything, without a request', async () => {
    const { has, ...who } = await client().auth({ headers: {} })
    expect(who).toEqual(signedOut)
    expect(has({})).toBe(false)
    expect(server.requests).toEqual([])
  })

  it('auth throws if the session cookie is not valid, and asks for no billing', async () => {
    await expect(client().auth(requestWith('__session=abc'))).rejects.toMatchObject({ name: 'JWSInvalid' })
    expect(billingRequests()).toEqual([])
  })
})

describe('KolayLoginBackendClient, where ours differs', () => {
  it('may be made without options', () => {
    vi.stubEnv('KL_API_BASE_URL', undefined)
    expect(new ours.KolayLoginBackendClient().getJwksUrl()).toBe(ours.DEFAULT_JWKS_URL)
  })

  it('is not disturbed by another cookie with malformed percent-encoding', async () => {
    const request = requestWith(`sale=100%; __session=${await key.sign(claims)}`)
    const session = await new ours.KolayLoginBackendClient({ baseUrl: server.url }).getSessionFromRequest(
      request,
    )
    expect(session).toMatchObject(claims)
  })
})
