import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { implementations } from '../testing/implementations.js'
import { type RecordingServer, startRecordingServer } from '../testing/recording-server.js'
import { type SessionKey, sessionKey } from '../testing/session-keys.js'
import * as ours from './index.js'

const issuer = 'https://id.example.com'
const claims = { sid: 's1', sub: 'u1', env: 'e1', org: 'o1', org_role: 'admin', iss: issuer, aud: 'backend' }

let server: RecordingServer
let es256: SessionKey
let rs256: SessionKey
let stranger: SessionKey
let keySetCount = 0

beforeAll(async () => {
  server = await startRecordingServer()
  es256 = await sessionKey('ES256', 'es')
  rs256 = await sessionKey('RS256', 'rs')
  stranger = await sessionKey('ES256', 'stranger')
})
beforeEach(() => {
  server.reset()
  publish(es256, rs256)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
afterAll(() => server.close())

function publish(...keys: SessionKey[]) {
  server.answer = () => ({ status: 200, body: { keys: keys.map(({ publicJwk }) => publicJwk) } })
}

/** A URL that no test has used, so that nothing is remembered of it. */
function freshJwksUrl() {
  keySetCount += 1
  return `${server.url}/${keySetCount}/.well-known/jwks.json`
}

const errorNameOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: Error) => `${error.name} ${(error as Error & { code?: string }).code}`,
  )

describe.each(implementations)('verifySessionJwt of $name', ({ library }) => {
  it.each(['ES256', 'RS256'])('returns the claims of a token that is signed with %s', async (alg) => {
    const token = await (alg === 'ES256' ? es256 : rs256).sign(claims)

    const verified = await library.verifySessionJwt(token, { jwksUrl: freshJwksUrl() })

    expect(verified).toEqual({ ...claims, iat: expect.any(Number), exp: expect.any(Number) })
    expect(server.requests).toMatchObject([{ method: 'GET', path: `/${keySetCount}/.well-known/jwks.json` }])
  })

  it.each<[string, ours.VerifySessionJwtOptions, string]>([
    ['the issuer', { issuer }, 'none'],
    [
      'another issuer',
      { issuer: 'https://other' },
      'JWTClaimValidationFailed ERR_JWT_CLAIM_VALIDATION_FAILED',
    ],
    ['a blank issuer', { issuer: '' }, 'none'],
    ['the audience', { audience: 'backend' }, 'none'],
    ['another audience', { audience: 'x' }, 'JWTClaimValidationFailed ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['a blank audience', { audience: '' }, 'none'],
    ['options that are undefined', { issuer: undefined, audience: undefined }, 'none'],
  ])('requires %s', async (_, opts, outcome) => {
    const token = await es256.sign(claims)
    const call = library.verifySessionJwt(token, { jwksUrl: freshJwksUrl(), ...opts })
    expect(await errorNameOf(call)).toBe(outcome)
  })

  it('refuses an expired token, and a tolerance in seconds admits it', async () => {
    const token = await es256.sign(claims, -5)
    const jwksUrl = freshJwksUrl()
    expect(await errorNameOf(library.verifySessionJwt(token, { jwksUrl }))).toBe('JWTExpired ERR_JWT_EXPIRED')
    expect(await errorNameOf(library.verifySessionJwt(token, { jwksUrl, clockToleranceSeconds: 60 }))).toBe(
      'none',
    )
    expect(await errorNameOf(library.verifySessionJwt(token, { jwksUrl, clockToleranceSeconds: 4 }))).toBe(
      'JWTExpired ERR_JWT_EXPIRED',
    )
  })

  it('refuses a token of a key that is not published', async () => {
    const call = library.verifySessionJwt(await stranger.sign(claims), { jwksUrl: freshJwksUrl() })
    expect(await errorNameOf(call)).toBe('JWKSNoMatchingKey ERR_JWKS_NO_MATCHING_KEY')
  })

  it('refuses claims that were changed after signing', async () => {
    const [head, , signature] = (await es256.sign(claims)).split('.')
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')
    const call = library.verifySessionJwt(`${head}.${forged}.${signature}`, { jwksUrl: freshJwksUrl() })
    expect(await errorNameOf(call)).toBe(
      'JWSSignatureVerificationFailed ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    )
  })

  it.each(['', 'abc', 'a.b', 'a.b.c.d.e', '..'])('refuses the text "%s"', async (text) => {
    const call = library.verifySessionJwt(text, { jwksUrl: freshJwksUrl() })
    expect(await errorNameOf(call)).toBe('JWSInvalid ERR_JWS_INVALID')
  })

  it.each(['alg none', 'HS256 with the public key'])('refuses a token with %s', async (kind) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const alg = kind === 'alg none' ? 'none' : 'HS256'
    const signed = `${part({ alg, kid: 'rs' })}.${part({ ...claims, exp: 4e9 })}`
    const mac = createHmac('sha256', JSON.stringify(rs256.publicJwk)).update(signed).digest('base64url')
    const token = `${signed}.${alg === 'none' ? '' : mac}`
    await expect(library.verifySessionJwt(token, { jwksUrl: freshJwksUrl() })).rejects.toThrow()
  })

  it('rejects when the keys cannot be fetched', async () => {
    const token = await es256.sign(claims)
    for (const answer of [
      { status: 500 },
      { status: 200, body: 'no JSON' },
      { status: 200, body: { keys: 1 } },
    ]) {
      server.answer = () => answer
      await expect(library.verifySessionJwt(token, { jwksUrl: freshJwksUrl() })).rejects.toThrow()
    }
    await expect(library.verifySessionJwt(token, { jwksUrl: 'not a url' })).rejects.toThrow(TypeError)
  })

  it('accepts a key as soon as it is published, and after an outage', async () => {
    const jwksUrl = freshJwksUrl()
    publish(rs256)
    await library.verifySessionJwt(await rs256.sign(claims), { jwksUrl })
    await expect(library.verifySessionJwt(await es256.sign(claims), { jwksUrl })).rejects.toThrow()
    server.answer = () => ({ status: 503 })
    await expect(library.verifySessionJwt(await es256.sign(claims), { jwksUrl })).rejects.toThrow()

    publish(rs256, es256)
    expect(await library.verifySessionJwt(await es256.sign(claims), { jwksUrl })).toMatchObject(claims)
  })
})

describe('verifySessionJwt, where ours differs', () => {
  it('refuses what the same key signed for no session, such as an access token of an application', async () => {
    const { sid, ...ofNoSession } = claims
    const token = await es256.sign({ ...ofNoSession, sub: 'a1', client_id: 'a1', scp: ['users:read'] })
    expect(await errorNameOf(ours.verifySessionJwt(token, { jwksUrl: freshJwksUrl() }))).toBe(
      'JWTClaimValidationFailed ERR_JWT_CLAIM_VALIDATION_FAILED',
    )
    expect(sid).toBe('s1')
  })

  it('fetches the keys once for many tokens, also for those that arrive together', async () => {
    const jwksUrl = freshJwksUrl()
    const tokens = await Promise.all([es256, rs256, es256, rs256].map((key) => key.sign(claims)))
    await Promise.all(tokens.map((token) => ours.verifySessionJwt(token, { jwksUrl })))
    for (const token of tokens) await ours.verifySessionJwt(token, { jwksUrl })
    expect(server.requests).toHaveLength(1)
  })

  it('forgets a withdrawn key after a minute', async () => {
    const jwksUrl = freshJwksUrl()
    const token = await es256.sign(claims, 600)
    vi.useFakeTimers({ toFake: ['Date'] })
    await ours.verifySessionJwt(token, { jwksUrl })
    publish(rs256)

    vi.setSystemTime(Date.now() + 59_000)
    await ours.verifySessionJwt(token, { jwksUrl })
    vi.setSystemTime(Date.now() + 2_000)
    await expect(ours.verifySessionJwt(token, { jwksUrl })).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
  })

  it('remembers the keys of a hundred URLs, and lets go of the oldest', async () => {
    const token = await es256.sign(claims)
    const first = freshJwksUrl()
    await ours.verifySessionJwt(token, { jwksUrl: first })
    for (let count = 1; count < 100; count += 1) {
      await ours.verifySessionJwt(token, { jwksUrl: freshJwksUrl() })
    }
    server.requests = []
    await ours.verifySessionJwt(token, { jwksUrl: first })
    expect(server.requests).toHaveLength(0)

    await ours.verifySessionJwt(token, { jwksUrl: freshJwksUrl() })
    server.requests = []
    await ours.verifySessionJwt(token, { jwksUrl: first })
    expect(server.requests).toHaveLength(1)
  })

  it('fetches from the default URL unless told otherwise, through the global fetch', async () => {
    const fetch = vi.fn(async (_url: string) => Response.json({ keys: [es256.publicJwk] }))
    vi.stubGlobal('fetch', fetch)
    expect(await ours.verifySessionJwt(await es256.sign(claims))).toMatchObject(claims)
    expect(fetch.mock.calls[0]?.[0]).toBe(ours.DEFAULT_JWKS_URL)
  })

  it('keeps the keys of two servers apart', async () => {
    const mine = freshJwksUrl()
    const theirs = freshJwksUrl()
    const keysOf = (key: SessionKey) => ({ status: 200, body: { keys: [key.publicJwk] } })
    server.answer = ({ path }) => (mine.endsWith(path) ? keysOf(es256) : keysOf(stranger))

    const token = await stranger.sign(claims)
    await ours.verifySessionJwt(token, { jwksUrl: theirs })
    await expect(ours.verifySessionJwt(token, { jwksUrl: mine })).rejects.toThrow()
  })

  it('refuses every algorithm but ES256 and RS256, even of a published key, without fetching', async () => {
    const ps256 = await sessionKey('PS256', 'ps')
    publish(ps256)
    await expect(
      ours.verifySessionJwt(await ps256.sign(claims), { jwksUrl: freshJwksUrl() }),
    ).rejects.toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' })
    expect(server.requests).toEqual([])
  })
})
