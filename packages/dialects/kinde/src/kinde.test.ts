import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { askToken, makeApplication, type TestApplication } from '../testing/kinde.js'
import { createKinde, KindeError } from './index.js'

const server = testServer({ isAtPublicUrl: true })
let environment: TestEnvironment
let application: TestApplication
let keys: { id: string; reads: string; writes: string; revoked: string }

beforeAll(async () => {
  environment = await server.environment({ name: 'live' })
  application = await makeApplication(environment, [])
  const { sdk } = environment
  const api = await sdk.apis.create({ name: 'Users', audience: 'users' })
  for (const key of ['read:users', 'write:users']) await sdk.apiScopes.create(api.id, { key })
  const make = (scope: string) => sdk.apiKeys.create({ apiId: api.id, name: 'x', scopes: [scope] })
  const [reads, writes, revoked] = [
    await make('read:users'),
    await make('write:users'),
    await make('read:users'),
  ]
  await sdk.apiKeys.revoke(revoked.apiKey.id)
  keys = {
    id: `api_key_${reads.apiKey.id.replaceAll('-', '')}`,
    reads: reads.secret,
    writes: writes.secret,
    revoked: revoked.secret,
  }
})

/** Counts what is sent where. */
function counting() {
  const paths: string[] = []
  const send: typeof fetch = (input, init) => {
    paths.push(new URL(String(input)).pathname)
    return fetch(input, init)
  }
  return { fetch: send, tokens: () => paths.filter((path) => path === '/oauth2/token').length, paths }
}

const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )

describe('verifyApiKey', () => {
  test('verifies with the token that it is given, as the document does', async () => {
    const token = (await askToken(server, application, `${server.url}/api`)).body.access_token
    const { verifyApiKey } = createKinde({ baseUrl: `${server.url}/` })
    expect(await verifyApiKey(keys.reads, token)).toMatchObject({
      is_valid: true,
      key_id: keys.id,
      scopes: ['read:users'],
    })
    expect(await verifyApiKey(keys.revoked, token)).toMatchObject({ is_valid: false, status: 'revoked' })
    expect(await verifyApiKey('nonsense', token)).toMatchObject({ is_valid: false, key_id: null })
  })

  test('gets a token by itself, one for many, and another one when it is over or refused', async () => {
    const { fetch, tokens } = counting()
    const kinde = createKinde({ domain: server.url, ...application, fetch })
    const many = await Promise.all(Array.from({ length: 10 }, () => kinde.verifyApiKey(keys.reads)))
    expect(many.every(({ is_valid }) => is_valid)).toBe(true)
    expect(tokens()).toBe(1)

    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3_590_000)
    await kinde.verifyApiKey(keys.reads)
    vi.restoreAllMocks()
    expect(tokens()).toBe(2)

    server.clock.advance({ minutes: 62 })
    const again = await Promise.all([kinde.verifyApiKey(keys.reads), kinde.verifyApiKey(keys.reads)])
    expect(again.every(({ is_valid }) => is_valid)).toBe(true)
    expect(tokens()).toBe(3)
  })

  test('knows without asking that no key at all is not a good one', async () => {
    const { fetch, paths } = counting()
    const kinde = createKinde({ domain: 'id.example.com', fetch })
    for (const nothing of [undefined, '']) {
      const verification = await kinde.verifyApiKey(nothing, 'token')
      expect(verification).toMatchObject({ is_valid: false, key_id: null, scopes: [] })
      expect(Object.keys(verification)).toHaveLength(10)
    }
    expect(paths).toEqual([])
  })

  test('throws a KindeError that says what was wrong, and shows no secret', async () => {
    const wrong = createKinde({ domain: server.url, ...application, clientSecret: 'cs_wrong' })
    const refused = await thrownBy(wrong.verifyApiKey(keys.reads))
    expect(refused).toBeInstanceOf(KindeError)
    expect(refused).toMatchObject({
      status: 401,
      code: 'invalid_client',
      errors: [{ code: 'invalid_client' }],
    })
    const { verifyApiKey } = createKinde({ domain: server.url })
    const unverified = await thrownBy(verifyApiKey(keys.reads, 'nonsense'))
    expect(unverified).toMatchObject({ name: 'KindeError', status: 401, code: 'INVALID_CREDENTIALS' })
    for (const error of [refused, unverified]) {
      const shown = inspect(error, { depth: 10, showHidden: true })
      for (const secret of [keys.reads, 'cs_wrong']) expect(shown).not.toContain(secret)
    }
    const kinde = createKinde({ domain: server.url, ...application })
    expect(inspect(kinde, { depth: 10, showHidden: true })).not.toContain(application.clientSecret)
    expect(await thrownBy(verifyApiKey(keys.reads))).toBeInstanceOf(TypeError)
  })

  test('tells when to try again, and lets an answer that is no JSON be an error', async () => {
    const answers = [
      new Response('{"errors":[{"code":"RATE_LIMITED","message":"Later."}]}', {
        status: 429,
        headers: { 'retry-after': '7' },
      }),
      new Response('<html>', { status: 502 }),
      new Response('<html>', { status: 200 }),
    ]
    const kinde = createKinde({ domain: 'id.example.com', fetch: async () => answers.shift() as Response })
    const [limited, broken, odd] = [
      await thrownBy(kinde.verifyApiKey('x', 'token')),
      await thrownBy(kinde.verifyApiKey('x', 'token')),
      await thrownBy(kinde.verifyApiKey('x', 'token')),
    ]
    expect(limited).toMatchObject({ status: 429, message: 'Later.', retryAfterSeconds: 7 })
    expect(broken).toMatchObject({ status: 502, code: 'UNKNOWN', errors: [] })
    expect(odd).toMatchObject({ status: 200, code: 'UNKNOWN' })
  })

  test('asks again after a token was not to be had', async () => {
    let isDown = true
    const kinde = createKinde({
      domain: server.url,
      ...application,
      fetch: (input, init) => (isDown ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init)),
    })
    expect(await thrownBy(kinde.verifyApiKey(keys.reads))).toBeInstanceOf(TypeError)
    isDown = false
    expect((await kinde.verifyApiKey(keys.reads)).is_valid).toBe(true)
  })
})

test.each([{}, { domain: '' }, { domain: 'x', clientId: 'x' }, { domain: 'x', clientSecret: 'x' }])(
  'createKinde refuses %j at once',
  (options) => expect(() => createKinde(options)).toThrow(TypeError),
)

test('createKinde adds https:// to a domain that has no scheme', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ is_valid: true }))
  await createKinde({ domain: 'id.example.com', fetch }).verifyApiKey('x', 'token')
  expect(fetch.mock.calls[0]?.[0]).toBe('https://id.example.com/api/v1/api_keys/verify')
})

describe('the service of the document', () => {
  let service: Server
  let url: string

  beforeAll(async () => {
    const app = express()
    const m2mAccessToken = (await askToken(server, application, `${server.url}/api`)).body.access_token

    // As the document has it, but for the address.
    async function verifyApiKey(apiKey: string | undefined, m2mAccessToken: string) {
      const response = await fetch(`${server.url}/api/v1/api_keys/verify`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${m2mAccessToken}`,
        },
        body: JSON.stringify({
          api_key: apiKey,
        }),
      })
      return response.json()
    }
    app.get('/users', async (req, res) => {
      const apiKey = req.headers.authorization?.replace('Bearer ', '')
      const verificationResult = await verifyApiKey(apiKey, m2mAccessToken)
      if (verificationResult.is_valid) {
        if (verificationResult.scopes.includes('read:users')) {
          res.json({ data: 'Your data here' })
        } else {
          res.status(403).json({ error: 'Insufficient scope' })
        }
      } else {
        res.status(401).json({ error: 'Invalid API key' })
      }
    })

    const kinde = createKinde({ domain: server.url, ...application })
    app.get('/users-of-our-client', async (req, res) => {
      const key = await kinde.verifyApiKey(req.headers.authorization?.replace('Bearer ', ''))
      if (!key.is_valid) res.status(401).json({ error: 'Invalid API key' })
      else if (!key.scopes.includes('read:users')) res.status(403).json({ error: 'Insufficient scope' })
      else res.json({ data: 'Your data here' })
    })

    service = app.listen(0, '127.0.0.1')
    await once(service, 'listening')
    url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  })
  afterAll(() => {
    service.close()
    service.closeAllConnections()
  })

  test.each(['/users', '/users-of-our-client'])('answers 200, 401 and 403 at %s', async (path) => {
    const ask = async (key?: string) => {
      const response = await fetch(url + path, {
        headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      })
      return [response.status, await response.json()]
    }
    expect(await ask(keys.reads)).toEqual([200, { data: 'Your data here' }])
    expect(await ask(keys.writes)).toEqual([403, { error: 'Insufficient scope' }])
    for (const bad of [undefined, 'nonsense', keys.revoked, 'x'.repeat(2_000)]) {
      expect(await ask(bad)).toEqual([401, { error: 'Invalid API key' }])
    }
  })
})
