import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { scriptedServer } from '../testing/scripted-server.js'
import { Claviger } from './client.js'
import { ClavigerError } from './errors.js'
import { version } from './version.js'

const secretKey = 'sk_test_0123456789abcdefghijklmnopqrstuv'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

describe('a client sends', () => {
  it('the secret key as bearer token, and who it is', async () => {
    const server = await scriptedServer({ json: { user: { id: 'u1' } } })
    const client = new Claviger({ baseUrl: server.url, secretKey, userAgentSuffix: 'my-shop/1.4' })
    await client.users.get('u1')
    const headers = server.received[0]?.headers
    expect(headers?.authorization).toBe(`Bearer ${secretKey}`)
    expect(headers?.accept).toBe('application/json')
    expect(headers?.['user-agent']).toBe(`claviger-sdk/${version} node/${process.versions.node} my-shop/1.4`)
  })

  it('the key of CLAVIGER_SECRET_KEY to the server of CLAVIGER_URL when it is told nothing', async () => {
    const server = await scriptedServer({ json: { user: { id: 'u1' } } })
    vi.stubEnv('CLAVIGER_SECRET_KEY', secretKey)
    vi.stubEnv('CLAVIGER_URL', server.url)
    await new Claviger().users.get('u1')
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${secretKey}`)
  })

  it('no key of the machine for a visitor, or when it is told null', async () => {
    const server = await scriptedServer({ json: { status: 'ok' } })
    vi.stubEnv('CLAVIGER_SECRET_KEY', secretKey)
    await new Claviger({ baseUrl: server.url, publishableKey: 'pk_test_1' }).health.get()
    await new Claviger({ baseUrl: server.url, secretKey: null }).health.get()
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
    expect(server.received[0]?.headers['x-publishable-key']).toBe('pk_test_1')
  })

  it('a token that is asked for anew before each request', async () => {
    const server = await scriptedServer({ json: { user: { id: 'u1' } } })
    let count = 0
    const client = new Claviger({ baseUrl: server.url, sessionToken: async () => `token-${++count}` })
    await client.me.get()
    await client.me.get()
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
  })

  it("an administrator's token with the environment it works in", async () => {
    const server = await scriptedServer({ json: { environment: {} } })
    const client = new Claviger({ baseUrl: server.url, operatorToken: 'admin', environment: 'shop/test' })
    await client.environment.get()
    expect(server.received[0]?.headers).toMatchObject({
      authorization: 'Bearer admin',
      'claviger-environment': 'shop/test',
    })
  })

  it('headers of the client, and over them those of the call', async () => {
    const server = await scriptedServer({ json: { status: 'ok' } })
    const client = new Claviger({ baseUrl: server.url, headers: { 'x-a': 'client', 'x-b': 'client' } })
    await client.health.get({ headers: { 'X-B': 'call' } })
    expect(server.received[0]?.headers).toMatchObject({ 'x-a': 'client', 'x-b': 'call' })
  })

  it('to a server below a path', async () => {
    const server = await scriptedServer({ json: { status: 'ok' } })
    await new Claviger({ baseUrl: `${server.url}/identity/` }).health.get()
    expect(server.received[0]?.target).toBe('/identity/health')
  })
})

describe('a client refuses', () => {
  it.each([
    ['a base URL that is none', { baseUrl: 'localhost:8080' }],
    ['a base URL with a password', { baseUrl: 'https://user:hidden@example.com' }],
    ['two credentials', { secretKey, sessionToken: 'token' }],
    ['a key with a line break', { secretKey: `${secretKey}\n` }],
    ['an empty key', { secretKey: '' }],
    ['a header with a line break', { headers: { authorization: `Bearer ${secretKey}\n1` } }],
  ])('%s, without quoting it', (_, options) => {
    const error = thrownBy(() => new Claviger(options))
    expect(error).toBeInstanceOf(ClavigerError)
    expect(inspect(error, { showHidden: true, depth: null })).not.toMatch(/sk_test_|hidden@/)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('a timeout of %d ms', async (timeoutMs) => {
    await expect(new Claviger({ timeoutMs: 1 }).health.get({ timeoutMs })).rejects.toThrow(ClavigerError)
    expect(() => new Claviger({ timeoutMs })).toThrow(ClavigerError)
  })

  it('a secret key in a browser, however it gets there, unless that is asked for', async () => {
    vi.stubGlobal('window', {})
    vi.stubGlobal('document', {})
    const fetch = vi.fn(async () => Response.json({ user: {} }))
    expect(() => new Claviger({ secretKey })).toThrow(/secret key in a browser/)
    await expect(new Claviger({ sessionToken: () => secretKey, fetch }).me.get()).rejects.toThrow(/browser/)
    expect(fetch).not.toHaveBeenCalled()
    await new Claviger({ secretKey, fetch, dangerouslyAllowBrowser: true }).users.get('u1')
    expect(fetch).toHaveBeenCalledOnce()
  })
})

it('a client in a page sends cookies when it has no other credential, and no User-Agent', async () => {
  vi.stubGlobal('window', {})
  vi.stubGlobal('document', {})
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ user: {} }))
  await new Claviger({ publishableKey: 'pk_test_1', fetch }).me.get()
  await new Claviger({ sessionToken: 'token', fetch }).me.get()
  expect(fetch.mock.calls.map(([, { credentials }]) => credentials)).toEqual(['include', undefined])
  expect(new Headers(fetch.mock.calls[0]?.[1].headers).has('user-agent')).toBe(false)
})

it('a client never shows its key', async () => {
  const server = await scriptedServer({ status: 502, text: `<pre>authorization: Bearer ${secretKey}</pre>` })
  const logged: unknown[] = []
  const log = (...line: unknown[]) => void logged.push(line)
  const hostile = async (url: string, init: RequestInit) => {
    throw Object.assign(new TypeError(`no: ${secretKey}`), {
      cause: { url, headers: [...new Headers(init.headers)] },
    })
  }
  const options = { baseUrl: server.url, secretKey, maxRetries: 0, logger: { debug: log, warn: log } }
  const client = new Claviger(options)
  const shown = [
    client,
    await client.users.get('u1').catch((error: unknown) => error),
    await new Claviger({ ...options, fetch: hostile }).users.get('u1').catch((error: unknown) => error),
    await new Claviger({ ...options, onRequest: (request) => log(request, [...request.headers]) }).users
      .get('u1')
      .catch((error: unknown) => error),
    logged,
  ]
  for (const value of shown) {
    const texts = [String(value), JSON.stringify(value), inspect(value, { showHidden: true, depth: null })]
    expect(texts.join('\n')).not.toContain(secretKey)
  }
  expect(inspect(shown[1])).toContain('[redacted]')
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown.')
}
