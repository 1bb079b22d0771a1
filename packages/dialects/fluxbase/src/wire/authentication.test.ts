import { goodPassword, testServer } from '@claviger/server/testing'
import { describe, expect, test } from 'vitest'
import { admin, firstAdmin, wireOf } from '../../testing/wire.js'

const server = testServer()

const signedIn = {
  access_token: expect.stringMatching(/^eyJ/),
  refresh_token: expect.any(String),
  expires_in: expect.any(Number),
}

describe('setup', () => {
  test('is needed until somebody did it, once, and signs that one in', async () => {
    const wire = wireOf(server)
    expect((await wire.get(`${admin}/setup/status`)).body).toEqual({ needs_setup: true, has_admin: false })
    const bad = await wire.post(`${admin}/setup`, { ...firstAdmin, email: 'nope' })
    expect(bad).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', error: expect.any(String) } })
    const short = await wire.post(`${admin}/setup`, { ...firstAdmin, password: 'short' })
    expect(short).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } })
    const wrong = await wire.post(`${admin}/setup`, { ...firstAdmin, setup_token: 'wrong' })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_SETUP_TOKEN' } })
    const elsewhere = await wire.post(`${admin}/setup`, firstAdmin, { 'x-forwarded-for': '198.51.100.7' })
    expect(elsewhere).toMatchObject({ status: 400, body: { code: 'MISSING_REQUIRED_FIELD' } })

    const both = await Promise.all([
      wire.post(`${admin}/setup`, { ...firstAdmin, setup_token: server.setupToken }),
      wire.post(`${admin}/setup`, { ...firstAdmin, setup_token: server.setupToken }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403])
    const made = both.find(({ status }) => status === 201)?.body
    expect(made).toMatchObject({
      ...signedIn,
      user: {
        id: expect.any(String),
        email: firstAdmin.email,
        name: 'Ada',
        full_name: 'Ada',
        role: 'instance_admin',
        email_verified: true,
        is_active: true,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    })
    expect((await wire.get(`${admin}/setup/status`)).body).toEqual({ needs_setup: false, has_admin: true })
    const again = await wire.post(`${admin}/setup`, firstAdmin)
    expect(again).toMatchObject({ status: 403, body: { code: 'SETUP_ALREADY_COMPLETED' } })
  })
})

describe('a session', () => {
  test('begins with a login, says truly how long its token is good, and ends with a logout', async () => {
    const login = await wireOf(server).post(`${admin}/login`, firstAdmin)
    expect(login).toMatchObject({ status: 200, body: { ...signedIn, user: { role: 'instance_admin' } } })
    expect(login.headers.getSetCookie()).toEqual([])
    const { access_token, refresh_token, expires_in } = login.body
    const wire = wireOf(server).as(access_token)
    const { id } = login.body.user
    expect(await wire.get(`${admin}/me`)).toMatchObject({
      status: 200,
      body: { user: { id, email: firstAdmin.email, role: 'instance_admin' } },
    })
    server.clock.advance({ seconds: expires_in - 30 })
    expect((await wire.get(`${admin}/me`)).status).toBe(200)
    // Past the tolerance that clocks of other machines are given.
    server.clock.advance({ seconds: 120 })
    expect((await wire.get(`${admin}/me`)).status).toBe(401)

    const refreshed = await wireOf(server).post(`${admin}/refresh`, { refresh_token })
    expect(refreshed).toMatchObject({ status: 200, body: { ...signedIn, user: { id } } })
    expect(refreshed.body.refresh_token).not.toBe(refresh_token)
    const fresh = wireOf(server).as(refreshed.body.access_token)
    expect(await fresh.post(`${admin}/logout`)).toMatchObject({
      status: 200,
      body: { success: true, message: 'Logged out successfully' },
    })
    expect((await fresh.get(`${admin}/me`)).status).toBe(401)
    const { refresh_token: last } = refreshed.body
    expect((await wireOf(server).post(`${admin}/refresh`, { refresh_token: last })).status).toBe(401)
  })

  test('is not begun by a wrong password, an unknown address, or a refresh token that is none', async () => {
    const wire = wireOf(server)
    const wrong = await wire.post(`${admin}/login`, { ...firstAdmin, password: 'something else entirely' })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } })
    const unknown = await wire.post(`${admin}/login`, { email: 'x@example.com', password: goodPassword })
    expect(unknown.status).toBe(401)
    expect(unknown.body.error).toBe(wrong.body.error)
    const missing = await wire.post(`${admin}/login`, '')
    expect(missing).toMatchObject({ status: 400, body: { code: 'MISSING_REQUIRED_FIELD' } })
    const { body } = await wire.post(`${admin}/login`, new URLSearchParams(firstAdmin))
    for (const refresh_token of ['garbage', body.access_token]) {
      const refused = await wire.post(`${admin}/refresh`, { refresh_token })
      expect(refused).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    }
  })

  test('is refused in words that a machine can read', async () => {
    const garbage = await wireOf(server).as('garbage').get(`${admin}/me`, { 'x-request-id': 'r-1' })
    expect(garbage.status).toBe(401)
    expect(garbage.body).toEqual({
      error: expect.any(String),
      message: garbage.body.error,
      code: 'INVALID_TOKEN',
      request_id: 'r-1',
    })
    expect(await wireOf(server).get(`${admin}/me`)).toMatchObject({
      body: { code: 'AUTHENTICATION_REQUIRED' },
    })
    expect(await wireOf(server).post(`${admin}/logout`)).toMatchObject({
      status: 401,
      body: { code: 'MISSING_AUTHENTICATION' },
    })
    const { secretKey } = await server.environment()
    const key = await wireOf(server).get(`${admin}/me`, { apikey: secretKey })
    expect(key).toMatchObject({ status: 403, body: { code: 'ADMIN_REQUIRED' } })
  })
})

test('wrong passwords without end are too many, and it says when to try again', async () => {
  const wire = wireOf(server)
  const guess = { email: 'somebody@example.com', password: 'wrong' }
  let answer = await wire.post(`${admin}/login`, guess)
  for (let tries = 0; answer.status === 401 && tries < 50; tries++)
    answer = await wire.post(`${admin}/login`, guess)
  expect(answer).toMatchObject({
    status: 429,
    body: {
      code: 'RATE_LIMIT_EXCEEDED',
      error: 'Rate limit exceeded',
      message: expect.stringMatching(/.+/),
      retry_after: expect.any(Number),
    },
  })
  expect(answer.headers.get('retry-after')).toBe(String(answer.body.retry_after))
})
