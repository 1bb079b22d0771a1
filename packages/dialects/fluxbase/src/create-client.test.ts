import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClient, FluxbaseError } from './index.js'

const url = 'https://id.example.com'
const key = 'sk_live_0123456789'

const fetched = vi.fn<(url: string, init: RequestInit & { headers: Headers }) => Promise<Response>>()
const lastRequest = () => {
  const [address, init] = fetched.mock.lastCall ?? ['', { headers: new Headers() }]
  return { url: address, ...init, headers: Object.fromEntries(init.headers) as Record<string, string> }
}
const answer = (status: number, body: unknown, init: ResponseInit = {}) =>
  fetched.mockImplementation(async () =>
    typeof body === 'string'
      ? new Response(body, { status, ...init })
      : Response.json(body, { status, ...init }),
  )
const thrownBy = async (work: Promise<unknown>) =>
  (await work.then(
    () => expect.unreachable('It did not throw.'),
    (thrown) => thrown,
  )) as FluxbaseError

beforeEach(() => {
  vi.stubGlobal('fetch', fetched)
  answer(200, {})
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  vi.useRealTimers()
  fetched.mockReset()
})

describe('createClient', () => {
  test('takes what is not passed from the environment, in this order', async () => {
    for (const [variable, value] of [
      ['VITE_FLUXBASE_URL', 'https://vite.example.com'],
      ['NEXT_PUBLIC_FLUXBASE_URL', 'https://next.example.com'],
      ['FLUXBASE_URL', 'https://plain.example.com/'],
    ] as const) {
      vi.stubEnv(variable, value)
      await createClient(undefined, key).admin.getSetupStatus()
      expect(lastRequest().url).toBe(`${value.replace(/\/$/, '')}/api/v1/admin/setup/status`)
    }
    for (const variable of [
      'VITE_FLUXBASE_ANON_KEY',
      'NEXT_PUBLIC_FLUXBASE_ANON_KEY',
      'FLUXBASE_JOB_TOKEN',
      'FLUXBASE_ANON_KEY',
      'FLUXBASE_SERVICE_TOKEN',
    ]) {
      vi.stubEnv(variable, `pk_of_${variable}`)
      await createClient().admin.getSetupStatus()
      expect(lastRequest().headers.apikey).toBe(`pk_of_${variable}`)
    }
  })

  test('throws at once where there is no URL, no key, or one that no header can carry, without showing it', () => {
    expect(() => createClient()).toThrow('There is no URL')
    expect(() => createClient(url, ' ')).toThrow('There is no key')
    for (const mangled of ['sk_live_first\nsk_live_second', 'sk_live_\u2026'])
      expect(() => createClient(url, mangled)).toThrow(
        new Error('The key must be printable ASCII on one line.'),
      )
    vi.stubGlobal('process', undefined)
    expect(() => createClient(url)).toThrow('There is no key')
  })

  test('sends the key in both headers, and a token in place of one of them', async () => {
    const client = createClient(`${url}/`, `${key}\n`, { headers: { 'x-trace': 't1' } })
    await client.admin.me()
    expect(lastRequest()).toMatchObject({
      url: `${url}/api/v1/admin/me`,
      method: 'GET',
      redirect: 'manual',
      headers: {
        apikey: key,
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-trace': 't1',
      },
    })
    client.admin.setToken('token')
    expect(client.admin.getToken()).toBe('token')
    await client.tenant.listMine()
    expect(lastRequest().headers).toMatchObject({ apikey: key, authorization: 'Bearer token' })
    client.admin.clearToken()
    expect(client.admin.getToken()).toBeNull()
    await client.admin.me()
    expect(lastRequest().headers.authorization).toBe(`Bearer ${key}`)

    await createClient(url, key, { auth: { token: 'earlier' } }).admin.me()
    expect(lastRequest().headers.authorization).toBe('Bearer earlier')
  })

  test('setup, login and refreshToken set the token, and logout clears it; a failure changes nothing', async () => {
    const client = createClient(url, key)
    for (const [access_token, work] of [
      ['one', () => client.admin.setup({ email: 'a@example.com', password: 'p', name: 'A' })],
      ['two', () => client.admin.login({ email: 'a@example.com', password: 'p' })],
      ['three', () => client.admin.refreshToken({ refresh_token: 'r' })],
    ] as const) {
      answer(200, { access_token })
      expect(await work()).toEqual({ access_token })
      expect(client.admin.getToken()).toBe(access_token)
    }
    answer(401, { error: 'no' })
    await thrownBy(client.admin.login({ email: 'a@example.com', password: 'p' }))
    await thrownBy(client.admin.logout())
    expect(client.admin.getToken()).toBe('three')
    answer(200, { success: true })
    expect(await client.admin.logout()).toBeUndefined()
    expect(client.admin.getToken()).toBeNull()
  })

  test('forTenant names the tenant, and shares who is signed in', async () => {
    const client = createClient(url, key, { headers: { 'x-trace': 't1' } })
    const scoped = client.forTenant('t-1')
    client.admin.setToken('token')
    await scoped.admin.listUsers()
    expect(lastRequest().headers).toMatchObject({
      'x-fb-tenant': 't-1',
      'x-trace': 't1',
      authorization: 'Bearer token',
    })
    await client.admin.listUsers()
    expect(lastRequest().headers['x-fb-tenant']).toBeUndefined()
    scoped.admin.clearToken()
    expect(client.admin.getToken()).toBeNull()
    expect(() => client.forTenant('a\nb')).toThrow('printable ASCII')
  })

  test('sends only the filters that have a value', async () => {
    const { admin } = createClient(url, key)
    await admin.listUsers()
    expect(lastRequest().url).toBe(`${url}/api/v1/admin/users`)
    await admin.listUsers({ exclude_admins: false, search: 'a&b', limit: 0, type: 'dashboard' })
    expect(lastRequest().url).toBe(
      `${url}/api/v1/admin/users?exclude_admins=false&search=a%26b&limit=0&type=dashboard`,
    )
    await admin.serviceKeys.list({ is_active: false, tenant_id: undefined })
    expect(lastRequest().url).toBe(`${url}/api/v1/admin/service-keys?is_active=false`)
  })

  test('prints one line for each answer where it is asked to, and nothing of what was said', async () => {
    const line = vi.spyOn(console, 'debug').mockImplementation(() => {})
    await createClient(url, key, { debug: true }).admin.listUsers({ search: 'ada@example.com' })
    expect(line.mock.calls).toEqual([['[fluxbase] GET /api/v1/admin/users 200']])
    line.mockRestore()
  })
})

describe('what does not work', () => {
  test('is thrown with status, code, the sentence and the whole body', async () => {
    const body = { error: 'Invalid credentials', code: 'INVALID_CREDENTIALS', request_id: 'r1' }
    answer(401, body)
    const error = await thrownBy(
      createClient(url, key).admin.login({ email: 'a@example.com', password: 'p' }),
    )
    expect(error).toBeInstanceOf(FluxbaseError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'FluxbaseError',
      message: 'Invalid credentials',
      status: 401,
      code: 'INVALID_CREDENTIALS',
      details: body,
    })
  })

  test.each([
    ['a page of a proxy', 502, '<html>', 'Bad Gateway', 'Bad Gateway'],
    ['a body without a sentence', 500, '{"error":{}}', 'Oops', 'Oops'],
    ['no status text, as in HTTP/2', 503, '', '', 'HTTP 503'],
    ['a redirect', 302, '', 'Found', 'Found'],
    [
      'a page at a wrong address',
      200,
      '<html>',
      'OK',
      'The answer is not JSON; is the URL that of the server?',
    ],
  ])('has a message for %s', async (_, status, body, statusText, message) => {
    answer(status, body, { statusText })
    expect(await thrownBy(createClient(url, key).admin.me())).toMatchObject({ status, message })
  })

  test('is told by service keys instead of thrown, whatever it is', async () => {
    answer(404, { error: 'Not found', code: 'NOT_FOUND' })
    const { serviceKeys } = createClient(url, key).admin
    for (const answered of [
      await serviceKeys.list(),
      await serviceKeys.revoke('id'),
      await serviceKeys.get('..'),
    ]) {
      expect(answered.data).toBeNull()
      expect(answered.error).toBeInstanceOf(FluxbaseError)
      expect(answered.error).toMatchObject({ status: 404 })
    }
    fetched.mockRejectedValue(new TypeError('fetch failed'))
    expect((await serviceKeys.rotate('id')).error).toMatchObject({ status: 0 })
  })

  test('is a 408 where the answer, or the rest of it, does not come in time', async () => {
    vi.useFakeTimers()
    fetched.mockImplementation(
      (_url, { signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    )
    const late = thrownBy(createClient(url, key, { timeout: 50 }).admin.me())
    await vi.advanceTimersByTimeAsync(50)
    expect(await late).toMatchObject({ message: 'Request timeout', status: 408 })

    const byDefault = thrownBy(createClient(url, key).admin.me())
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await byDefault).toMatchObject({ status: 408 })
    answer(200, {})
    expect(await createClient(url, key, { timeout: Infinity }).admin.me()).toEqual({})
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each(['', '.', '..'])('is a 404 for the id "%s", which would address something else', async (id) => {
    const { admin, tenant } = createClient(url, key)
    for (const work of [
      () => admin.getUserById(id),
      () => admin.deleteUser(id),
      () => admin.updateUserRole(id, 'admin'),
      () => admin.resetUserPassword(id),
      () => tenant.get(id),
      () => tenant.update(id, {}),
      () => tenant.delete(id),
      () => tenant.recover(id),
      () => tenant.listAdmins(id),
      () => tenant.assignAdmin(id, { user_id: 'u' }),
      () => tenant.removeAdmin('t', id),
    ])
      expect(await thrownBy(work())).toMatchObject({ status: 404 })
    expect(fetched).not.toHaveBeenCalled()
  })

  test('shows neither key nor token, in any error or when a client is printed', async () => {
    const client = createClient(url, key)
    client.admin.setToken('secret\ntoken')
    const unsendable = await thrownBy(client.admin.me())
    expect(unsendable).toMatchObject({ status: 401, code: 'INVALID_TOKEN' })
    client.admin.setToken('secret-token')
    fetched.mockRejectedValue(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }))
    const unreachable = await thrownBy(client.admin.me())
    expect(unreachable).toMatchObject({ status: 0, message: `There is no answer from ${url}` })
    answer(401, { error: 'no' })
    const refused = await thrownBy(client.admin.me())
    for (const shown of [client, client.forTenant('t'), unsendable, unreachable, refused]) {
      const text = inspect(shown, { depth: 10, showHidden: true }) + JSON.stringify(shown)
      expect(text).not.toContain(key)
      expect(text).not.toContain('secret')
    }
  })
})
