import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ApiKeyVerifier, type ApiKeyVerifierOptions, createApiKeyVerifier } from '@claviger/sdk/verify'
import { testServer } from '@claviger/server/testing'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { decodeJwt, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeApi } from '../api-keys/api.fixture.js'
import { compact, es256, openKeys, signed } from '../sessions/session-token.fixture.js'
import { makeClient, tokenOf as tokenOfClient } from '../tokens/client.fixture.js'
import { type EnvironmentWithApi, environmentWithApi } from './key.fixture.js'

/**
 * The verifier of the SDK against a real server: what a customer's API does with every credential that it may be sent,
 * in each framework, and what it does when time goes by or the server does not answer.
 */

const server = testServer()
let environment: EnvironmentWithApi
beforeAll(async () => {
  environment = await environmentWithApi(server)
})

const issuer = 'http://claviger.test'
const write = { scopes: ['write:users'] }

function verifierOf(
  options: Partial<ApiKeyVerifierOptions> = {},
  clock: { now(): number } = server.clock,
): ApiKeyVerifier {
  const { audience, secretKey, name } = environment
  const given = {
    baseUrl: server.url,
    audience,
    secretKey,
    environment: name,
    issuer,
    scopes: ['read:users'],
  }
  return createApiKeyVerifier({ mode: 'offline', ...given, ...options }, clock)
}

/** A server that was started, and how to stop it. */
interface Started {
  readonly url: string
  stop(): unknown
}

async function listening(app: Server): Promise<Started> {
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(app.address() as AddressInfo).port}`, stop: () => app.close() }
}

/** The same API five times: whoever may read is told whose key it is, and `/write` needs a scope more. */
const frameworks: Record<string, (keys: ApiKeyVerifier) => Promise<Started>> = {
  'node:http': (keys) => {
    const [toRead, toWrite] = [keys.node(), keys.node(write)]
    return listening(
      createServer(async (request, response) => {
        const identity = await (request.url === '/write' ? toWrite : toRead)(request, response)
        if (identity) response.end(JSON.stringify(keys.identityOf(request)))
      }),
    )
  },
  Express: (keys) => {
    const app = express()
    app.get('/', keys.express(), (request, response) => void response.json(keys.identityOf(request)))
    app.get(
      '/write',
      keys.express(write),
      (request, response) => void response.json(keys.identityOf(request)),
    )
    return listening(createServer(app))
  },
  Fastify: async (keys) => {
    const app = fastify()
    app.get('/', { onRequest: keys.fastify() }, async (request) => keys.identityOf(request))
    app.get('/write', { onRequest: keys.fastify(write) }, async (request) => keys.identityOf(request))
    return { url: await app.listen({ host: '127.0.0.1', port: 0 }), stop: () => app.close() }
  },
  Hono: async (keys) => {
    const app = new Hono()
    app.get('/', keys.hono(), (context) => context.json(keys.identityOf(context)))
    app.get('/write', keys.hono(write), (context) => context.json(keys.identityOf(context)))
    return served(app.fetch)
  },
  'a fetch handler': (keys) =>
    served(async (request) => {
      const found = await keys.fetch(request, new URL(request.url).pathname === '/write' ? write : {})
      return found instanceof Response ? found : Response.json(found)
    }),
}

async function served(fetch: (request: Request) => Response | Promise<Response>): Promise<Started> {
  let port = 0
  const app = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const starting = serve({ fetch, hostname: '127.0.0.1', port: 0 }, (address) => {
      port = address.port
      resolve(starting)
    })
  })
  return { url: `http://127.0.0.1:${port}`, stop: () => app.close() }
}

describe.each(['online', 'offline'] as const)('%s', (mode) => {
  const credentials: Record<string, string | undefined> = { garbage: 'garbage' }
  let keyId: string
  beforeAll(async () => {
    const other = await environmentWithApi(server)
    const good = await environment.makeKey()
    keyId = good.id
    const [bad, elsewhere] = await Promise.all([environment.makeKey(), other.makeKey()])
    const forOther = await environment.makeKey({ apiId: await makeApi(environment) })
    const credentialOf = async (secret: string, where = environment) =>
      mode === 'online' ? secret : (await where.exchange(secret)).token
    Object.assign(credentials, {
      valid: await credentialOf(good.secret),
      revoked: await credentialOf(bad.secret),
      'for another API': await credentialOf(forOther.secret),
      'of another environment': await credentialOf(elsewhere.secret, other),
    })
    await environment.sdk.apiKeys.revoke(bad.id, {})
  })

  const started: Record<string, Started> = {}
  beforeAll(async () => {
    for (const [name, start] of Object.entries(frameworks)) started[name] = await start(verifierOf({ mode }))
  })
  afterAll(() => Promise.all(Object.values(started).map(({ stop }) => stop())))

  const invalid = 'Bearer error="invalid_token", error_description='
  const cases: [string, string, number, object, string | null][] = [
    ['valid', '/', 200, { scopes: ['read:users'], userId: null }, null],
    ['missing', '/', 401, { error: 'missing_credential' }, 'Bearer'],
    ['garbage', '/', 401, { error: 'invalid_token', code: 'not_found' }, invalid],
    ['revoked', '/', 401, { error: 'invalid_token', code: 'revoked' }, invalid],
    ['for another API', '/', 401, { error: 'invalid_token', code: 'wrong_audience' }, invalid],
    ['of another environment', '/', 401, { error: 'invalid_token', code: 'not_found' }, invalid],
    ['valid', '/write', 403, { error: 'insufficient_scope' }, 'Bearer error="insufficient_scope"'],
    [
      'valid',
      '/?access_token=x',
      400,
      { error: 'invalid_request', code: 'credential_in_query' },
      'Bearer error=',
    ],
  ]
  test.each(Object.keys(frameworks))(
    '%s lets in who may come in, and tells the others why not',
    async (name) => {
      for (const [which, path, status, body, challenge] of cases) {
        const credential = credentials[which]
        const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` }
        const response = await fetch(started[name]?.url + path, { headers })
        const label = `${which} ${path}`
        expect(response.status, label).toBe(status)
        expect(await response.json(), label).toMatchObject(status === 200 ? { ...body, keyId } : body)
        if (status !== 200) expect(response.headers.get('content-type'), label).toMatch(/^application\/json/)
        const told = response.headers.get('www-authenticate')
        if (challenge === null || challenge === 'Bearer') expect(told, label).toBe(challenge)
        else expect(told?.startsWith(challenge), label).toBe(true)
      }
    },
  )
})

describe('online', () => {
  test('a key is limited, counted and held to its addresses by the server, and refused at once when it ends', async () => {
    const keys = verifierOf({ mode: 'online' })
    const limited = await environment.makeKey({ rateLimitPerMinute: 1, ipAllowList: ['203.0.113.0/24'] })
    const verify = async (ipAddress: string) => {
      const { identity, refusal } = await keys.verify(limited.secret, { ipAddress })
      return identity ? identity.verification?.apiKey?.verificationCount : [refusal?.status, refusal?.code]
    }
    expect(await verify('198.51.100.7')).toEqual([401, 'ip_refused'])
    expect(await verify('203.0.113.7')).toBe(1)
    expect(await verify('203.0.113.7')).toEqual([429, 'rate_limited'])
    const poor = await environment.makeKey({ credits: 2 })
    expect((await keys.verify(poor.secret, { cost: 3 })).refusal).toMatchObject({ status: 403 })
    expect((await keys.verify(poor.secret, { cost: 2 })).identity?.verification?.credits).toBe(0)
    await environment.sdk.apiKeys.revoke(limited.id, {})
    expect(await verify('203.0.113.7')).toEqual([401, 'revoked'])
  })

  test('what the server does not verify is refused, and why is for the owner of the API', async () => {
    const told: unknown[] = []
    const { secret } = await environment.makeKey()
    const onError = (error: unknown) => void told.push(error)
    for (const broken of [
      { secretKey: `${environment.secretKey.slice(0, -1)}?` },
      { fetch: () => Promise.reject(new TypeError('No way there.')) },
      { fetch: async () => Response.json({}) },
    ]) {
      const { refusal } = await verifierOf({ mode: 'online', onError, ...broken }).verify(secret)
      expect(refusal).toMatchObject({ status: 503, code: 'unavailable', headers: { 'retry-after': '1' } })
    }
    expect(told).toHaveLength(3)
    expect(JSON.stringify(told)).not.toContain(secret)
  })
})

/** A verifier that counts its requests, and whose server can be taken away. */
function observed(options: Partial<ApiKeyVerifierOptions> = {}) {
  const asked: string[] = []
  let isThere = true
  const keys = verifierOf({
    ...options,
    async fetch(url, init) {
      asked.push(new URL(url).pathname.replace(/^.*(jwks|revocations).*$/, '$1'))
      if (!isThere) throw new TypeError('No way there.')
      return fetch(url, init)
    },
  })
  const codeOf = async (token: string) => {
    const { refusal } = await keys.verify(token)
    return refusal?.code ?? 'valid'
  }
  return { asked, keys, codeOf, takeAway: () => (isThere = false), giveBack: () => (isThere = true) }
}

describe('offline', () => {
  const tokenOf = async ({ secret }: { secret: string }) =>
    (await environment.exchange(secret, { lifetimeSeconds: 300 })).token

  test('a token whose key ends is refused within the staleness, and its next one is good', async () => {
    const { codeOf } = observed({ maxStalenessSeconds: 30 })
    const key = await environment.makeKey()
    const token = await tokenOf(key)
    expect(await codeOf(token)).toBe('valid')
    const { secret } = await environment.sdk.apiKeys.rotate(key.id, {})
    server.clock.advance({ seconds: 31 })
    expect(await codeOf(token)).toBe('revoked')
    expect(await codeOf(await tokenOf({ secret }))).toBe('valid')
  })

  test('a list that cannot be had for longer than the staleness refuses everybody, until it can', async () => {
    const { codeOf, takeAway, giveBack } = observed({ maxStalenessSeconds: 30 })
    const token = await tokenOf(await environment.makeKey())
    expect(await codeOf(token)).toBe('valid')
    takeAway()
    server.clock.advance({ seconds: 20 })
    expect(await codeOf(token)).toBe('valid')
    server.clock.advance({ seconds: 11 })
    expect(await codeOf(token)).toBe('unavailable')
    giveBack()
    server.clock.advance({ seconds: 2 })
    expect(await codeOf(token)).toBe('valid')
  })

  test('an old list is no list, whoever keeps handing it out', async () => {
    const lists: unknown[] = []
    const keys = verifierOf({
      maxStalenessSeconds: 30,
      async fetch(url, init) {
        if (url.includes('jwks')) return fetch(url, init)
        lists.push(lists[0] ?? (await (await fetch(url)).json()))
        return Response.json(lists[0])
      },
    })
    const token = await tokenOf(await environment.makeKey())
    expect((await keys.verify(token)).identity).toBeDefined()
    server.clock.advance({ seconds: 31 })
    expect((await keys.verify(token)).refusal?.code).toBe('unavailable')
    expect(lists.length).toBeGreaterThan(1)
  })

  test('a verifier whose clock is wrong, or set back meanwhile, refuses everybody instead of guessing', async () => {
    let shiftMs = 0
    const told: unknown[] = []
    const onError = (error: unknown) => void told.push(error)
    const keys = verifierOf({ onError }, { now: () => server.clock.now() + shiftMs })
    const token = await tokenOf(await environment.makeKey())
    expect((await keys.verify(token)).identity).toBeDefined()
    for (const minutes of [-2, -60]) {
      shiftMs = minutes * 60_000
      expect((await keys.verify(token)).identity).toBeUndefined()
    }
    shiftMs = 60_000
    expect((await keys.verify(token)).refusal?.code).toBe('unavailable')
    expect(String(told.at(-1))).toContain('clock')
  })

  test('key set and list are fetched once for many, and the list again when half of the staleness is over', async () => {
    const { asked, codeOf } = observed({ maxStalenessSeconds: 60 })
    const token = await tokenOf(await environment.makeKey())
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(token)))
    expect(new Set(codes)).toEqual(new Set(['valid']))
    expect(asked.sort()).toEqual(['jwks', 'revocations'])
    server.clock.advance({ seconds: 20 })
    await codeOf(token)
    expect(asked).toHaveLength(2)
    server.clock.advance({ seconds: 11 })
    await Promise.all(Array.from({ length: 50 }, () => codeOf(token)))
    expect(asked).toHaveLength(3)
  })

  test('a made-up key makes the key set be fetched once in a while, and a new one is found that way', async () => {
    const { asked, codeOf } = observed()
    const [key] = await openKeys(server, environment.id)
    const claims = decodeJwt(await tokenOf(await environment.makeKey()))
    const forged = () => signed(key, claims, { typ: 'at+jwt', kid: crypto.randomUUID() })
    for (let i = 0; i < 5; i++) expect(await codeOf(await forged())).toBe('not_found')
    server.clock.advance({ seconds: 31 })
    for (let i = 0; i < 5; i++) expect(await codeOf(await forged())).toBe('not_found')
    expect(asked).toEqual(['jwks', 'jwks'])
  })

  test('a token is good to its end, give or take five seconds, and for no longer than the list remembers', async () => {
    const { codeOf } = observed()
    const [key] = await openKeys(server, environment.id)
    const claims = decodeJwt(await tokenOf(await environment.makeKey()))
    const now = Math.floor(server.clock.now() / 1_000)
    const at = async (times: JWTPayload) =>
      codeOf(await signed(key, { ...claims, ...times }, { typ: 'at+jwt' }))
    // A second or two may go by while this runs, so the near edges leave room for them.
    expect(await at({ iat: now - 100, exp: now - 2 })).toBe('valid')
    expect(await at({ iat: now - 100, exp: now - 5 })).toBe('expired')
    expect(await at({ nbf: now + 4 })).toBe('valid')
    expect(await at({ nbf: now + 30 })).toBe('not_found')
    expect(await at({ iat: now + 30, exp: now + 60 })).toBe('not_found')
    expect(await at({ exp: now + 3_600 })).toBe('not_found')
  })

  test('only what the environment signed as a token of a key for this API is taken for one', async () => {
    const asked: (string | undefined)[] = []
    const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...evil.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }
    const thief = await listening(
      createServer((request, response) => {
        asked.push(request.url)
        response.end(JSON.stringify({ keys: [jwk] }))
      }),
    )
    const { keys } = observed()
    const ada = await environment.signedUp()
    const client = await makeClient(environment, { [environment.apiId]: '*' })
    const token = await tokenOf(await environment.makeKey())
    const claims = decodeJwt(token)
    const [key] = await openKeys(server, environment.id)
    const other = await environmentWithApi(server)
    await other.exchange((await other.makeKey()).secret)
    const [foreign] = await openKeys(server, other.id)
    const [h = '', p = '', s = ''] = token.split('.')
    const header = { alg: 'ES256', kid: key.id, typ: 'at+jwt' }
    const typ = { typ: 'at+jwt' }
    const pem = key.publicKey.export({ format: 'pem', type: 'spki' })
    const without = (name: string) =>
      Object.fromEntries(Object.entries(claims).filter(([each]) => each !== name))
    const attacks: Record<string, string> = {
      'a session token': ada.cookies.get('__session') ?? '',
      'the claims of a key in a session token': await signed(key, claims),
      'the list of revocations': (await environment.browser().get('/.well-known/api-keys/revocations')).body
        .list,
      'the token of an application': await tokenOfClient(server, client, { audience: environment.audience }),
      'no use': await signed(key, without('token_use'), typ),
      'another use': await signed(key, { ...claims, token_use: 'session' }, typ),
      'no key': await signed(key, without('key_id'), typ),
      'no version': await signed(key, without('key_version'), typ),
      'a version that is text': await signed(key, { ...claims, key_version: '9' }, typ),
      'no end': await signed(key, without('exp'), typ),
      'another issuer': await signed(key, { ...claims, iss: 'https://evil.example' }, typ),
      'two audiences': await signed(key, { ...claims, aud: [environment.audience, 'x'] }, typ),
      'the key of another environment': await signed(foreign, claims, typ),
      'the key of another environment as ours': await signed({ ...foreign, id: key.id }, claims, typ),
      'alg none': compact({ ...header, alg: 'none' }, claims, () => Buffer.alloc(0)),
      'alg none with a signature': compact({ ...header, alg: 'none' }, claims, es256(key.privateKey)),
      'HS256 with the public key': compact({ ...header, alg: 'HS256' }, claims, (input) =>
        createHmac('sha256', pem).update(input).digest(),
      ),
      'another alg': compact({ ...header, alg: 'RS256' }, claims, es256(key.privateKey)),
      crit: compact({ ...header, crit: ['exp'] }, claims, es256(key.privateKey)),
      'a kid that is a path': await signed(key, claims, { ...typ, kid: '../../dev/null' }),
      'a kid that is a member of every object': await signed(key, claims, { ...typ, kid: 'constructor' }),
      'a jku': compact({ ...header, jku: `${thief.url}/jwks.json` }, claims, es256(evil.privateKey)),
      'a jku and its kid': compact({ ...header, jku: thief.url, kid: 'x' }, claims, es256(evil.privateKey)),
      'a jwk': compact({ ...header, jwk, x5u: thief.url }, claims, es256(evil.privateKey)),
      'no signature': `${h}.${p}.`,
      'one part more': `${token}.${s}`,
      'other claims': `${h}.${Buffer.from(JSON.stringify({ ...claims, scp: ['*'] })).toString('base64url')}.${s}`,
      'a key': (await environment.makeKey()).secret,
      nothing: '..',
    }
    expect((await keys.verify(token)).identity?.keyId).toBe(claims.key_id)
    for (const [what, attack] of Object.entries(attacks)) {
      const { refusal } = await keys.verify(attack)
      const code = what === 'two audiences' ? 'wrong_audience' : 'not_found'
      expect([what, refusal?.status, refusal?.code]).toEqual([what, 401, code])
    }
    thief.stop()
    expect(asked).toEqual([])
  })

  test('tokens of an environment that signs with RS256 are verified as well', async () => {
    const elsewhere = await environmentWithApi(server, { signingAlgorithm: 'RS256' })
    const { token } = await elsewhere.exchange((await elsewhere.makeKey()).secret)
    const { name, audience } = elsewhere
    expect((await verifierOf({ environment: name, audience }).verify(token)).identity).toBeDefined()
    expect((await verifierOf({ audience }).verify(token)).refusal?.code).toBe('not_found')
  })
})

test('a verifier that cannot work is not made', () => {
  for (const [wrong, message] of [
    [{ audience: '' }, 'audience'],
    [{ mode: 'both' as never }, 'mode'],
    [{ environment: 'acme' }, 'environment'],
    [{ maxStalenessSeconds: 5 }, 'maxStalenessSeconds'],
    [{ maxStalenessSeconds: Number.NaN }, 'maxStalenessSeconds'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ baseUrl: 'nowhere' }, 'baseUrl'],
  ] as const) {
    expect(() => verifierOf(wrong), message).toThrow(message)
  }
  expect(() => verifierOf().identityOf({})).toThrow('was not verified')
})
