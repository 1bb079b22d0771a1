import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AdminSession } from './admin-session.js'
import { createClient } from './index.js'

const lifeSeconds = 900
const user = { id: 'u1', email: 'ada@example.com', role: 'instance_admin' }
const signedIn = { isAuthenticated: true, admin: user, loading: false }
const signedOut = { isAuthenticated: false, admin: null, loading: false }

/** What the server does; each sign-in and each refresh makes the next pair of tokens. */
let answer: (path: string) => { status: number; body: unknown } | 'silence'
let asked: string[]
let generation: number
let items: Map<string, string>
const storage = {
  getItem: (name: string) => items.get(name) ?? null,
  setItem: (name: string, value: string) => void items.set(name, value),
  removeItem: (name: string) => void items.delete(name),
}

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  generation = 0
  items = new Map()
  answer = (path) => {
    if (path === 'me') return { status: 200, body: { user } }
    if (path === 'logout') return { status: 200, body: { success: true } }
    generation++
    const [access_token, refresh_token] = [`access-${generation}`, `refresh-${generation}`]
    return { status: 200, body: { user, access_token, refresh_token, expires_in: lifeSeconds } }
  }
  vi.stubGlobal('fetch', async (url: string, { body }: RequestInit) => {
    const path = url.replace('https://id.example.com/api/v1/admin/', '')
    asked.push(path === 'refresh' ? `refresh with ${JSON.parse(String(body)).refresh_token}` : path)
    const said = answer(path)
    if (said === 'silence') throw new TypeError('fetch failed')
    return Response.json(said.body, { status: said.status })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const client = () => createClient('https://id.example.com', 'pk_live_x')
const settled = () => vi.advanceTimersByTimeAsync(0)
const kept = () => [items.get('admin_access_token'), items.get('admin_refresh_token')]

/** A session that one component looks at, and what that was told. */
function watched(admin = client()) {
  const session = new AdminSession(admin, storage)
  const changed = vi.fn()
  return { session, changed, leave: session.subscribe(changed), admin: admin.admin }
}

test('where nothing is kept, nobody is signed in, and nothing is asked', async () => {
  const { session } = watched()
  expect(session.state()).toEqual({ ...signedOut, loading: true })
  await settled()
  expect(session.state()).toEqual(signedOut)
  expect(asked).toEqual([])
})

test('who signs in stays so: tokens are kept, and replaced a minute before they expire', async () => {
  const { session, admin } = watched()
  expect(await session.login('ada@example.com', 'p')).toMatchObject({ access_token: 'access-1' })
  expect(session.state()).toEqual(signedIn)
  expect(kept()).toEqual(['access-1', 'refresh-1'])
  await vi.advanceTimersByTimeAsync((lifeSeconds - 61) * 1_000)
  expect(asked).toEqual(['login'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked).toEqual(['login', 'refresh with refresh-1'])
  expect(kept()).toEqual(['access-2', 'refresh-2'])
  expect(admin.getToken()).toBe('access-2')
  await vi.advanceTimersByTimeAsync(lifeSeconds * 1_000)
  expect(asked).toContain('refresh with refresh-2')
})

test('nothing is told or asked any more when nobody looks, and it goes on when somebody does again', async () => {
  const { session, changed, leave } = watched()
  const login = session.login('ada@example.com', 'p')
  leave()
  await login
  expect(changed).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(2 * lifeSeconds * 1_000)
  session.subscribe(changed)
  await settled()
  await settled()
  expect(asked).toEqual(['login', 'refresh with refresh-1'])
  expect(session.state()).toEqual(signedIn)
})

test('a reload goes on with a token that is good, and is asked for once in development, too', async () => {
  items = new Map([
    ['admin_access_token', 'access-0'],
    ['admin_refresh_token', 'refresh-0'],
    ['admin_token_expires_at', String(Date.now() + lifeSeconds * 1_000)],
  ])
  const { session, changed, leave } = watched()
  leave()
  session.subscribe(changed)
  await settled()
  expect(session.state()).toEqual(signedIn)
  expect(asked).toEqual(['me'])
})

test('a reload replaces a token of which it is not known that it is good', async () => {
  items = new Map([
    ['admin_access_token', 'access-0'],
    ['admin_refresh_token', 'refresh-0'],
  ])
  const { session } = watched()
  await settled()
  expect(session.state()).toEqual(signedIn)
  expect(asked).toEqual(['refresh with refresh-0'])
})

test('tokens that are refused are forgotten', async () => {
  items = new Map([['admin_access_token', 'access-0']])
  answer = () => ({ status: 401, body: { error: 'Invalid token', code: 'INVALID_TOKEN' } })
  const { session, admin } = watched()
  await settled()
  expect(asked).toEqual(['me'])
  expect(session.state()).toEqual(signedOut)
  expect([items.size, admin.getToken()]).toEqual([0, null])
})

test('tokens that another page has kept meanwhile are not forgotten with those that are refused', async () => {
  items = new Map([['admin_access_token', 'access-0']])
  const answers = answer
  answer = () => {
    items.set('admin_access_token', 'access-9')
    answer = answers
    return { status: 401, body: { error: 'Invalid token' } }
  }
  const { session, admin } = watched()
  await settled()
  expect(asked).toEqual(['me', 'me'])
  expect([session.state(), admin.getToken()]).toEqual([signedIn, 'access-9'])
})

test('a server that cannot be asked is asked again, and the tokens are kept meanwhile', async () => {
  items = new Map([
    ['admin_access_token', 'access-0'],
    ['admin_refresh_token', 'refresh-0'],
  ])
  const answers = answer
  answer = () => 'silence'
  const { session } = watched()
  await settled()
  expect(session.state()).toEqual(signedOut)
  expect(kept()).toEqual(['access-0', 'refresh-0'])
  answer = answers
  await vi.advanceTimersByTimeAsync(10_000)
  expect(session.state()).toEqual(signedIn)
})

test('what login throws is thrown to the caller, and changes nothing', async () => {
  const { session } = watched()
  await settled()
  answer = () => ({ status: 429, body: { error: 'Rate limit exceeded' } })
  await expect(session.login('ada@example.com', 'p')).rejects.toMatchObject({ status: 429 })
  expect(session.state()).toEqual(signedOut)
  expect(items.size).toBe(0)
})

test('who signs out is out in any case, and a refresh that is under way changes nothing about it', async () => {
  const { session, admin } = watched()
  await session.login('ada@example.com', 'p')
  vi.setSystemTime(Date.now() + lifeSeconds * 1_000)
  vi.runOnlyPendingTimers()
  await session.logout()
  expect(asked).toEqual(['login', 'refresh with refresh-1', 'logout'])
  expect(session.state()).toEqual(signedOut)
  expect([items.size, admin.getToken(), vi.getTimerCount()]).toEqual([0, null, 0])

  await session.login('ada@example.com', 'p')
  answer = () => ({ status: 401, body: { error: 'over already' } })
  expect(await session.logout()).toBeUndefined()

  answer = () => ({ status: 200, body: { user, access_token: 'a', refresh_token: 'r', expires_in: 1 } })
  await session.login('ada@example.com', 'p')
  answer = () => 'silence'
  await expect(session.logout()).rejects.toMatchObject({ status: 0 })
  expect(session.state()).toEqual(signedOut)
})
