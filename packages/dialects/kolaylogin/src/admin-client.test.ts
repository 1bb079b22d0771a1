import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { secretKey } from '../testing/admin-calls.js'
import { implementations, published } from '../testing/implementations.js'
import { type RecordingServer, startRecordingServer } from '../testing/recording-server.js'
import * as ours from './index.js'

let server: RecordingServer

beforeAll(async () => {
  server = await startRecordingServer()
})
beforeEach(() => server.reset())
afterEach(() => vi.unstubAllGlobals())
afterAll(() => server.close())

const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
const okFetch = () => vi.fn<typeof fetch>(async () => Response.json({ users: [], total: 0 }))

describe.each(implementations)('createKolayLoginClient of $name', ({ library }) => {
  const clientOf = () => library.createKolayLoginClient({ baseUrl: server.url, secretKey })

  it.each(['pk_live_x', 'SK_live_x', ' sk_live_x', ''])('refuses the key "%s" before any request', (key) => {
    const fetch = okFetch()
    expect(() => library.createKolayLoginClient({ baseUrl: server.url, secretKey: key, fetch })).toThrow(
      new Error('KolayLoginAdminClient: secretKey must start with sk_'),
    )
    expect(fetch).not.toHaveBeenCalled()
  })

  it('refuses a key that is missing, as an unset environment variable is', () => {
    const missing = undefined as unknown as string
    expect(() => library.createKolayLoginClient({ baseUrl: server.url, secretKey: missing })).toThrow(
      'secretKey must start with sk_',
    )
  })

  it('takes a key whose line end came along from its file', async () => {
    await library.createKolayLoginClient({ baseUrl: server.url, secretKey: 'sk_live_x\r\n' }).users.list()
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk_live_x')
  })

  it('makes an instance of the exported class', () => {
    expect(clientOf()).toBeInstanceOf(library.KolayLoginAdminClient)
  })

  it('sends every call through the fetch of the options', async () => {
    const fetch = okFetch()
    const kolay = library.createKolayLoginClient({ baseUrl: 'https://id.example.com///', secretKey, fetch })

    await kolay.users.list({ limit: 1 })
    await kolay.users.delete('u1')
    await kolay.organizations.create({ name: 'Acme', slug: 'acme' })
    await kolay.invitations.revoke('i1')
    await kolay.sessions.list()
    await kolay.request('/v1/admin/anything')

    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${secretKey}`,
    }
    const base = 'https://id.example.com/v1/admin'
    expect(fetch.mock.calls).toEqual([
      [`${base}/users?limit=1`, { headers }],
      [`${base}/users/u1`, { headers, method: 'DELETE' }],
      [`${base}/organizations`, { headers, method: 'POST', body: '{"name":"Acme","slug":"acme"}' }],
      [`${base}/invitations/i1`, { headers, method: 'DELETE' }],
      [`${base}/sessions`, { headers }],
      [`${base}/anything`, { headers }],
    ])
    expect(server.requests).toEqual([])
  })

  it('takes the global fetch of the time when the client is made', async () => {
    const fetch = okFetch()
    vi.stubGlobal('fetch', fetch)
    const kolay = clientOf()
    vi.unstubAllGlobals()

    await kolay.users.list()
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('request sends what the caller gives, and the headers of the caller win', async () => {
    server.answer = () => ({ status: 200, body: { answer: 42 } })

    const body = await clientOf().request<{ answer: number }>('/v1/admin/new?x=1', {
      method: 'PUT',
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-request-id': 'r1' },
    })

    expect(body).toEqual({ answer: 42 })
    expect(server.requests).toMatchObject([
      {
        method: 'PUT',
        path: '/v1/admin/new?x=1',
        body: 'a=b',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          authorization: `Bearer ${secretKey}`,
          'x-request-id': 'r1',
        },
      },
    ])
  })

  it.each([
    ['an empty body', ''],
    ['a page of HTML', '<!doctype html><p>hello'],
    ['the JSON null', 'null'],
  ])('request resolves with null for %s of a 2xx answer', async (_, body) => {
    server.answer = () => ({ status: 200, body })
    expect(await clientOf().request('/v1/admin/anything')).toBeNull()
  })

  it.each([
    { status: 401, body: '{"statusCode":401,"message":"invalid_api_key"}', message: 'invalid_api_key' },
    { status: 409, body: '{"code":"taken"}', message: 'kolaylogin_admin_409' },
    { status: 400, body: '{"message":null}', message: 'kolaylogin_admin_400' },
    { status: 400, body: '{"message":""}', message: '' },
    { status: 400, body: '{"message":["a","b"]}', message: 'a,b' },
    { status: 403, body: '"text"', message: 'kolaylogin_admin_403' },
    { status: 502, body: '<html>Bad gateway</html>', message: 'kolaylogin_admin_502' },
    { status: 503, body: '', message: 'kolaylogin_admin_503' },
    { status: 304, body: '', message: 'kolaylogin_admin_304' },
  ])('throws a plain Error for $status $body', async ({ status, body, message }) => {
    server.answer = () => ({ status, body })

    const error = await thrownBy(clientOf().users.get('u1'))

    expect(Object.getPrototypeOf(error)).toBe(Error.prototype)
    expect(error).toMatchObject({
      message,
      status,
      body: body.startsWith('<') || !body ? null : JSON.parse(body),
    })
    expect(Object.keys(error as Error)).toEqual(['status', 'body'])
    expect(server.requests).toHaveLength(1)
  })

  it.each([429, 500, 503])('does not retry after %d', async (status) => {
    server.answer = () => ({ status })
    await thrownBy(clientOf().sessions.list())
    expect(server.requests).toHaveLength(1)
  })

  it('lets the error of fetch through as it is', async () => {
    const refused = new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })
    const fetch = async () => {
      throw refused
    }
    const kolay = library.createKolayLoginClient({ baseUrl: server.url, secretKey, fetch })
    expect(await thrownBy(kolay.users.list())).toBe(refused)
  })

  it('keeps the key out of every error', async () => {
    const gone = await startRecordingServer()
    await gone.close()
    server.answer = () => ({ status: 401, body: { message: 'invalid_api_key' } })

    for (const baseUrl of [server.url, gone.url, 'not a url']) {
      const error = await thrownBy(library.createKolayLoginClient({ baseUrl, secretKey }).users.list())
      expect(error).toBeInstanceOf(Error)
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secretKey)
    }
  })
})

describe('createKolayLoginClient, where ours differs', () => {
  it('has a default base URL, as the document says', async () => {
    const fetch = okFetch()
    await ours.createKolayLoginClient({ secretKey: 'sk_test_x', fetch }).users.list()

    expect(fetch.mock.calls[0]?.[0]).toBe('https://api.kolaylogin.com/v1/admin/users')
    expect(() => published.createKolayLoginClient({ secretKey: 'sk_test_x', fetch })).toThrow(TypeError)
  })

  it('does not take its base URL from KL_API_BASE_URL', async () => {
    vi.stubEnv('KL_API_BASE_URL', 'https://elsewhere.example.com')
    const fetch = okFetch()
    await ours.createKolayLoginClient({ secretKey, fetch }).users.list()
    vi.unstubAllEnvs()

    expect(fetch.mock.calls[0]?.[0]).toBe('https://api.kolaylogin.com/v1/admin/users')
  })

  it.each(['sk_live_first\nsk_live_second', 'sk_live_\u2026', 'sk_live_\u0000'])(
    'refuses a key that no header can carry, without showing it',
    (mangled) => {
      const make = () => ours.createKolayLoginClient({ baseUrl: server.url, secretKey: mangled })
      expect(make).toThrow(new Error('KolayLoginAdminClient: secretKey must be printable ASCII on one line'))
    },
  )

  it('does not show its key when it is printed or serialized', () => {
    const kolay = ours.createKolayLoginClient({ baseUrl: server.url, secretKey })
    expect(inspect(kolay, { depth: 10, showHidden: true })).not.toContain(secretKey)
    expect(JSON.stringify(kolay)).not.toContain(secretKey)
  })

  it('request takes headers in every form that fetch takes, with names in any case', async () => {
    const kolay = ours.createKolayLoginClient({ baseUrl: server.url, secretKey })

    await kolay.request('/v1/admin/x', { headers: new Headers({ 'X-Request-Id': 'r1' }) })
    await kolay.request('/v1/admin/x', { headers: [['Authorization', 'Bearer other']] })

    expect(server.requests[0]?.headers).toMatchObject({
      'x-request-id': 'r1',
      authorization: `Bearer ${secretKey}`,
    })
    expect(server.requests[1]?.headers.authorization).toBe('Bearer other')
  })

  it.each(['.', '..'])('answers 404 for the id "%s", which would address the parent', async (id) => {
    const kolay = ours.createKolayLoginClient({ baseUrl: server.url, secretKey })
    const calls = [
      kolay.users.get(id),
      kolay.users.update(id, {}),
      kolay.users.delete(id),
      kolay.organizations.delete(id),
      kolay.organizations.addMember(id, { userId: 'u1' }),
      kolay.organizations.removeMember('o1', id),
      kolay.invitations.revoke(id),
      kolay.sessions.revoke(id),
    ]
    for (const call of calls) {
      expect(await thrownBy(call)).toMatchObject({
        message: 'kolaylogin_admin_404',
        status: 404,
        body: null,
      })
    }
    expect(server.requests).toEqual([])
  })
})
