import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { fluxbase } from './index.js'

const server = testServer()
const open = [
  'GET /api/v1/admin/setup/status',
  'POST /api/v1/admin/setup',
  'POST /api/v1/admin/login',
  'POST /api/v1/admin/refresh',
  'GET /api/v1/invitations/:token/validate',
  'POST /api/v1/invitations/:token/accept',
]
const forSomebody = fluxbase.routes.filter(({ method, path }) => !open.includes(`${method} ${path}`))

/** What a route looks for before it asks who is there, and nothing that it refuses. */
const changes = { name: 'Ada', role: 'instance_admin' }
const bodies = {
  GET: undefined,
  DELETE: undefined,
  PUT: changes,
  PATCH: changes,
  POST: { ...changes, email: 'ada@example.com', slug: 'shop', key_type: 'service', user_id: 'x' },
}

test('every route but those that let somebody in refuses nobody, a stranger, and a user of a product', async () => {
  expect(forSomebody).toHaveLength(fluxbase.routes.length - open.length)
  const ask = (method: string, path: string, headers: Record<string, string>, body?: object) =>
    fetch(server.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
  const credentials = { email: 'user@example.com', password: goodPassword }
  const signUp = await ask('POST', '/v1/auth/sign-up/email-password', {}, credentials)
  const { sessionToken } = (await signUp.json()) as { sessionToken: string }
  const callers = [
    [401, {}],
    [401, { authorization: 'Bearer garbage' }],
    [403, { authorization: `Bearer ${sessionToken}` }],
  ] as const
  for (const { method, path } of forSomebody) {
    const place = path.replace(/:\w+/g, '01890a5d-ac96-774b-bcce-b302099a8057')
    for (const query of ['', '?type=dashboard']) {
      for (const [status, headers] of callers) {
        const answer = await ask(method, place + query, headers, bodies[method])
        const told = (await answer.json()) as Record<string, unknown>
        expect([answer.status, told.error], `${method} ${path}${query}`).toEqual([status, told.message])
        expect(told, `${method} ${path}${query}`).toEqual({
          error: expect.any(String),
          message: expect.any(String),
          code: expect.stringMatching(/^[A-Z_]+$/),
          request_id: expect.any(String),
        })
      }
    }
  }
})
