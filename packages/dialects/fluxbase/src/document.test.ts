import type { Claviger } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { operatorOf } from '../../../server/src/slices/administrators/administration.fixture.js'
import {
  createClient,
  type EnrichedUser,
  type FluxbaseClient,
  type FluxbaseError,
  type Tenant,
} from './index.js'

/**
 * The code of Fluxbase's Admin SDK document, from its first line to its last, on a server: what stands there in
 * double quotes stands here in single ones, addresses and ids are those of the server, and where nothing happens in
 * the document but a line on the console, there is an expectation.
 */

const server = testServer()
const email = 'admin@example.com'
const password = 'SecurePassword123!'
let operator: Claviger
let client: FluxbaseClient
let serviceRoleKey: string
const log = vi.fn()
const console = { log, error: log }

/** What the document expects of a browser. */
const items = new Map<string, string>()
const localStorage = {
  getItem: (name: string) => items.get(name) ?? null,
  setItem: (name: string, value: string) => void items.set(name, value),
  removeItem: (name: string) => void items.delete(name),
}
const confirm = (_question: string) => true

beforeAll(async () => {
  operator = operatorOf(server)
  serviceRoleKey = (await operator.secretKeys.create({ name: 'Service role' })).secret
})
beforeEach(() => {
  client = createClient(server.url, serviceRoleKey)
  log.mockClear()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

let n = 0
/** An app user of its own for a test. */
async function newUser(): Promise<EnrichedUser> {
  return (await client.admin.inviteUser({ email: `user-${++n}@example.com`, send_email: false })).user
}

async function errorOf(work: Promise<unknown>): Promise<FluxbaseError> {
  return work.then(
    () => expect.unreachable('It did not throw.'),
    (error) => error,
  )
}

describe('quick start', () => {
  test('initial setup', async () => {
    const admin = client.admin
    expect(await admin.getSetupStatus()).toEqual({ needs_setup: true, has_admin: false })

    const status = await client.admin.getSetupStatus()
    if (status.needs_setup) {
      const response = await client.admin.setup({ email, password, name: 'Admin User' })
      console.log('Setup complete:', response.user.email)
      console.log('Access token:', response.access_token)
      expect(response).toMatchObject({
        user: { email, name: 'Admin User', role: 'instance_admin', email_verified: true },
        refresh_token: expect.any(String),
        expires_in: expect.any(Number),
      })
    }
    expect((await client.admin.me()).user.email).toBe(email)
    expect(await client.admin.getSetupStatus()).toEqual({ needs_setup: false, has_admin: true })
    expect(await errorOf(client.admin.setup({ email, password, name: 'Admin User' }))).toMatchObject({
      status: 403,
    })
  })

  test('admin login', async () => {
    const response = await client.admin.login({ email, password })
    console.log('Logged in as:', response.user.email)
    console.log('Token expires in:', response.expires_in, 'seconds')
    expect((await client.admin.me()).user).toMatchObject({ id: response.user.id, role: 'instance_admin' })
  })
})

describe('authentication', () => {
  test('login, refreshToken, me and logout', async () => {
    const login = await client.admin.login({ email, password })
    localStorage.setItem('admin_access_token', login.access_token)
    localStorage.setItem('admin_refresh_token', login.refresh_token)

    const refreshToken = localStorage.getItem('admin_refresh_token')
    const response = await client.admin.refreshToken({ refresh_token: refreshToken })
    console.log('New access token:', response.access_token)
    localStorage.setItem('admin_refresh_token', response.refresh_token)

    const { user } = await client.admin.me()
    console.log('Current admin:', user.email)
    console.log('Role:', user.role)
    expect(user).toMatchObject({ email, role: 'instance_admin' })

    await client.admin.logout()
    localStorage.removeItem('admin_access_token')
    localStorage.removeItem('admin_refresh_token')
    console.log('Logged out successfully')
    expect(client.admin.getToken()).toBeNull()

    client.admin.setToken(response.access_token)
    expect(await errorOf(client.admin.me())).toMatchObject({ status: 401 })
    const again = client.admin.refreshToken({ refresh_token: response.refresh_token })
    expect(await errorOf(again)).toMatchObject({ status: 401 })
  })
})

describe('user management', () => {
  test('list users', async () => {
    await client.admin.inviteUser({ email: 'John.Doe@example.com', role: 'user', send_email: false })
    const { users, total } = await client.admin.listUsers()
    console.log(`Total users: ${total}`)
    expect(users).toHaveLength(total)

    const result = await client.admin.listUsers({
      exclude_admins: true,
      search: 'john',
      limit: 50,
      type: 'app',
    })
    result.users.forEach((user) => {
      console.log(`${user.email} - ${user.role} - Last login: ${user.last_login_at}`)
    })
    expect(result).toMatchObject({
      total: 1,
      users: [
        {
          id: expect.any(String),
          email: expect.stringMatching(/^john.doe@/i),
          role: 'user',
          created_at: expect.any(String),
          updated_at: expect.any(String),
          email_verified: false,
          session_count: 0,
          is_anonymous: false,
          metadata: {},
        },
      ],
    })
    expect(result.users[0]?.last_login_at ?? null).toBeNull()
  })

  test('invite, role, password and deletion of a user', async () => {
    const response = await client.admin.inviteUser({
      email: 'newuser@example.com',
      role: 'user',
      send_email: true,
    })
    console.log('User invited:', response.user.email)
    console.log('Invitation link:', response.invitation_link)
    expect(response).toMatchObject({ user: { role: 'user' }, message: expect.any(String) })

    const { id } = response.user
    const user = await client.admin.updateUserRole(id, 'admin')
    console.log('User role updated:', user.role)
    expect(user).toMatchObject({ id, role: 'admin', email: 'newuser@example.com' })

    const reset = await client.admin.resetUserPassword(id)
    console.log(reset.message)
    expect(reset.message).toBe('Password reset email sent')

    const deleted = await client.admin.deleteUser(id)
    console.log(deleted.message)
    expect(deleted).toEqual({ message: 'User deleted successfully' })
  })
})

describe('tenant management', () => {
  test('list, create, update and delete tenants', async () => {
    await client.admin.login({ email, password })
    const tenant = await client.tenant.create({
      slug: 'acme-corp',
      name: 'Acme Corporation',
      metadata: { plan: 'enterprise', billing_email: 'billing@acme.com' },
    })
    console.log('Created tenant:', tenant.id)

    const { tenants, total } = await client.tenant.list()
    tenants.forEach((tenant) => {
      console.log(`${tenant.name} (${tenant.slug}) - Default: ${tenant.is_default}`)
    })
    expect(tenants).toHaveLength(total)
    const { slug, name, metadata, ...rest } = tenants.find(({ id }) => id === tenant.id) as Tenant
    expect({ slug, name, metadata }).toEqual({
      slug: 'acme-corp',
      name: 'Acme Corporation',
      metadata: { plan: 'enterprise', billing_email: 'billing@acme.com' },
    })
    expect(rest).toMatchObject({ is_default: false, deleted_at: null, created_at: expect.any(String) })

    const updated = await client.tenant.update(tenant.id, {
      name: 'Acme Corp Inc.',
      metadata: { plan: 'pro' },
    })
    expect(updated).toMatchObject({ slug: 'acme-corp', name: 'Acme Corp Inc.', metadata: { plan: 'pro' } })

    await client.tenant.delete(tenant.id)
    expect((await client.tenant.list()).total).toBe(total - 1)
  })
})

describe('service key management', () => {
  test('list, create, rotate, revoke and deprecate keys', async () => {
    const { data: key, error } = await client.admin.serviceKeys.create({
      name: 'Production API Key',
      key_type: 'service',
      scopes: ['*'],
    })
    console.log('Key prefix:', key?.key_prefix)
    console.log('Full key (store securely):', key?.key)
    expect(error).toBeNull()
    expect(key?.key?.slice(0, 16)).toBe(key?.key_prefix)

    const { data: keys } = await client.admin.serviceKeys.list()
    expect(keys?.map(({ id }) => id)).toContain(key?.id)
    expect(JSON.stringify(keys)).not.toContain(key?.key)

    const { data: newKey } = await client.admin.serviceKeys.rotate(key?.id ?? '')
    console.log('New key:', newKey?.key)
    console.log('Old key deprecated at:', newKey?.deprecated_at)
    expect(newKey?.id).not.toBe(key?.id)
    expect(Date.parse(newKey?.deprecated_at ?? '')).toBeGreaterThan(0)

    const deprecated = await client.admin.serviceKeys.deprecate(newKey?.id ?? '', { grace_period_hours: 48 })
    const { deprecated_at = '', grace_period_ends_at = '' } = deprecated.data ?? {}
    expect(Date.parse(grace_period_ends_at) - Date.parse(deprecated_at)).toBe(48 * 3_600_000)

    const reason = 'Security incident'
    expect((await client.admin.serviceKeys.revoke(newKey?.id ?? '', { reason })).error).toBeNull()
    const history = await client.admin.serviceKeys.getRevocationHistory(newKey?.id ?? '')
    expect(history.data).toMatchObject({ revocation_reason: reason })
  })
})

describe('complete examples', () => {
  test('admin dashboard', async () => {
    async function adminLogin(email: string, password: string) {
      try {
        const response = await client.admin.login({ email, password })
        localStorage.setItem('admin_access_token', response.access_token)
        localStorage.setItem('admin_refresh_token', response.refresh_token)
        return response.user
      } catch (error) {
        console.error('Login failed:', error)
        throw error
      }
    }
    async function loadUsers(page: number = 1, pageSize: number = 50) {
      const { users, total } = await client.admin.listUsers({
        exclude_admins: false,
        limit: pageSize,
        type: 'app',
      })
      return { users, total, pages: Math.ceil(total / pageSize), currentPage: page }
    }
    async function searchUsers(query: string) {
      const { users } = await client.admin.listUsers({ search: query, limit: 20 })
      return users
    }
    async function createUser(email: string, role: string = 'user') {
      const response = await client.admin.inviteUser({ email, role, send_email: true })
      console.log('Invitation sent to:', email)
      return response.user
    }
    async function promoteToAdmin(userId: string) {
      const user = await client.admin.updateUserRole(userId, 'admin')
      console.log(`${user.email} is now an admin`)
      return user
    }
    async function removeUser(userId: string) {
      if (!confirm('Are you sure you want to delete this user?')) {
        return
      }
      await client.admin.deleteUser(userId)
      console.log('User deleted')
    }
    async function main() {
      const admin = await adminLogin(email, password)
      console.log('Logged in as:', admin.email)
      const { users, total, pages } = await loadUsers(1, 50)
      console.log(`Showing ${users.length} of ${total} users (${pages} pages)`)
      const results = await searchUsers('john')
      console.log(`Found ${results.length} users matching "john"`)
      const newUser = await createUser('newuser@example.com', 'user')
      console.log('Created user:', newUser.id)
      await promoteToAdmin(newUser.id)
      await removeUser(newUser.id)
    }
    await main()
    expect(log.mock.calls.flat()).toContain('Found 1 users matching "john"')
    expect(log.mock.lastCall).toEqual(['User deleted'])
  })

  test('bulk invitation, and deletion of whoever was not there for long', async () => {
    async function bulkInviteUsers(emails: string[], role: string = 'user') {
      const results: {
        success: { email: string; userId: string }[]
        failed: { email: string; error: string }[]
      } = { success: [], failed: [] }
      for (const email of emails) {
        try {
          const response = await client.admin.inviteUser({ email, role, send_email: true })
          results.success.push({ email, userId: response.user.id })
          // biome-ignore lint/suspicious/noExplicitAny: as the document has it.
        } catch (error: any) {
          results.failed.push({ email, error: error.message })
        }
      }
      return results
    }
    async function deleteInactiveUsers(daysSinceLastLogin: number = 90) {
      const { users } = await client.admin.listUsers({ type: 'app' })
      const cutoffDate = new Date()
      cutoffDate.setDate(cutoffDate.getDate() - daysSinceLastLogin)
      const inactiveUsers = users.filter((user) => {
        if (!user.last_login_at) return true
        const lastLogin = new Date(user.last_login_at)
        return lastLogin < cutoffDate
      })
      console.log(`Found ${inactiveUsers.length} inactive users`)
      for (const user of inactiveUsers) {
        try {
          await client.admin.deleteUser(user.id)
          console.log(`Deleted: ${user.email}`)
        } catch (error) {
          console.error(`Failed to delete ${user.email}:`, error)
        }
      }
      return inactiveUsers.length
    }
    // Of an environment of its own, so that everybody in it is known.
    const environment = await server.environment()
    client = createClient(server.url, environment.secretKey)
    const active = await environment.signedUp()

    const emails = ['user1@example.com', 'user2@example.com', 'user3@example.com', 'User1@example.com']
    const results = await bulkInviteUsers(emails, 'user')
    expect(results.success.map(({ email }) => email)).toEqual(emails.slice(0, 3))
    expect(results.failed).toEqual([{ email: 'User1@example.com', error: expect.stringMatching(/\w+ \w+/) }])

    if (confirm('Delete all users inactive for 90+ days?')) {
      const deleted = await deleteInactiveUsers(90)
      console.log(`Deleted ${deleted} inactive users`)
    }
    expect(log.mock.lastCall).toEqual(['Deleted 3 inactive users'])
    const left = await client.admin.listUsers()
    expect(left).toMatchObject({
      total: 1,
      users: [{ id: active.userId, last_login_at: expect.stringMatching(/Z$/), session_count: 1 }],
    })
  })
})

describe('error handling', () => {
  test('a wrong password is told apart', async () => {
    try {
      await client.admin.login({ email, password: 'wrong-password' })
      // biome-ignore lint/suspicious/noExplicitAny: as the document has it.
    } catch (error: any) {
      if (error.status === 401) {
        console.error('Invalid credentials')
      } else if (error.status === 429) {
        console.error('Too many login attempts. Please try again later.')
      } else {
        console.error('Login failed:', error.message)
      }
    }
    expect(log.mock.calls).toEqual([['Invalid credentials']])
  })

  test('what may go better next time is tried again, ever later', async () => {
    async function loginWithRetry(email: string, password: string, maxRetries: number = 3) {
      let lastError: unknown
      for (let i = 0; i < maxRetries; i++) {
        try {
          return await client.admin.login({ email, password })
          // biome-ignore lint/suspicious/noExplicitAny: as the document has it.
        } catch (error: any) {
          lastError = error
          if (error.status === 401) {
            throw error
          }
          if (i < maxRetries - 1) {
            const delay = 2 ** i * 1000
            await new Promise((resolve) => setTimeout(resolve, delay))
          }
        }
      }
      throw lastError
    }
    const { fetch } = globalThis
    const fetched = vi.fn<typeof fetch>()
    fetched.mockImplementation(fetch)
    fetched.mockResolvedValueOnce(Response.json({ error: 'Starting' }, { status: 503 }))
    fetched.mockRejectedValueOnce(new TypeError('fetch failed'))
    vi.stubGlobal('fetch', fetched)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

    const tried = loginWithRetry(email, password)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(fetched).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(2_000)
    expect((await tried).user.email).toBe(email)

    fetched.mockClear()
    expect(await errorOf(loginWithRetry(email, 'wrong-password'))).toMatchObject({ status: 401 })
    expect(fetched).toHaveBeenCalledOnce()
  })
})

describe('best practices', () => {
  test('automatic token refresh', async () => {
    async function refreshTokenIfNeeded() {
      const expiresAt = localStorage.getItem('admin_token_expires_at')
      if (!expiresAt || Date.now() >= parseInt(expiresAt, 10)) {
        const refreshToken = localStorage.getItem('admin_refresh_token')
        const response = await client.admin.refreshToken({ refresh_token: refreshToken })
        localStorage.setItem('admin_access_token', response.access_token)
        localStorage.setItem('admin_refresh_token', response.refresh_token)
        localStorage.setItem('admin_token_expires_at', String(Date.now() + response.expires_in * 1000))
        client.admin.setToken(response.access_token)
      }
    }
    items.clear()
    expect(await errorOf(refreshTokenIfNeeded())).toMatchObject({ status: expect.any(Number) })

    localStorage.setItem('admin_refresh_token', (await client.admin.login({ email, password })).refresh_token)
    await refreshTokenIfNeeded()
    const first = client.admin.getToken()
    await refreshTokenIfNeeded()
    await client.admin.listUsers()
    expect(client.admin.getToken()).toBe(first)

    // The token expires, here and on the server, and is then sent with the request that replaces it.
    localStorage.setItem('admin_token_expires_at', String(Date.now()))
    server.clock.advance({ hours: 1 })
    expect(await errorOf(client.admin.listUsers())).toMatchObject({ status: 401 })
    await refreshTokenIfNeeded()
    await client.admin.listUsers()
    expect(client.admin.getToken()).not.toBe(first)
  })

  test('a check of the role, and a deletion with an audit trail', async () => {
    async function requireAdminRole() {
      const { user } = await client.admin.me()
      if (user.role !== 'admin' && user.role !== 'instance_admin' && user.role !== 'tenant_admin') {
        throw new Error('Admin role required')
      }
      return user
    }
    async function deleteUserWithAudit(userId: string, reason: string) {
      const admin = await client.admin.me()
      console.log(`[AUDIT] ${admin.user.email} deleted user ${userId}. Reason: ${reason}`)
      await fetch('/api/audit', {
        method: 'POST',
        body: JSON.stringify({
          action: 'DELETE_USER',
          admin_id: admin.user.id,
          target_user_id: userId,
          reason,
          timestamp: new Date().toISOString(),
        }),
      })
      await client.admin.deleteUser(userId)
    }
    expect(await errorOf(requireAdminRole())).toMatchObject({ status: 403 })
    await client.admin.login({ email, password })
    const { fetch: send } = globalThis
    const audited = vi.fn(async () => new Response())
    vi.stubGlobal('fetch', ((url, init) =>
      url === '/api/audit' ? audited() : send(url, init)) satisfies typeof fetch)

    const [one, other] = [await newUser(), await newUser()]
    expect((await requireAdminRole()).role).toBe('instance_admin')
    await client.admin.deleteUser(one.id)
    await deleteUserWithAudit(other.id, 'Asked for it')
    expect(audited).toHaveBeenCalledOnce()
    expect(await errorOf(client.admin.getUserById(other.id))).toMatchObject({ status: 404 })
  })
})
