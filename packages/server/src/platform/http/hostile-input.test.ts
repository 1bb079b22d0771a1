import { oauthError, type Route, routes } from '@claviger/contract'
import { errorsOf } from '@claviger/contract/openapi'
import { testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  exampleBody,
  makeTenant,
  makeTenantFor,
  ownCredential,
  pathOf,
  type Tenant,
} from '../../tenant.fixture.js'
import { expectProblem, type RawAnswer, send } from './raw-request.fixture.js'
import { validatorsOf } from './validation.js'

/**
 * What a hostile or unlucky client may put into every field of every route. Whatever it is, the answer is one
 * that the contract documents: the table comes from the contract, so a new field is in it by itself.
 */

const server = testServer()

const texts = [
  '',
  ' ',
  'a'.repeat(10_000),
  'ß'.repeat(500),
  '\u0000',
  'a\u0000b',
  '\r\nx-injected: 1',
  '\u202e\u200b\ufeff',
  'İstanbul',
  '\u{1d4d0}😀',
  'e\u0301'.repeat(100),
  "'; drop table users; --",
  '%_\\',
  '{{constructor.constructor("return process")()}}',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '__proto__',
  'constructor',
  '-1',
  '1e400',
  '9223372036854775808',
  '0000-01-01T00:00:00Z',
  '2030-02-31T00:00:00.000Z',
  '2030-01-01T00:00:00+23:59',
  'connection terminated',
  '00000000-0000-0000-0000-000000000000',
  'MDAwMC0wMS0wMVQwMDowMDowMC4wMDBaIDAxODkwYTVkLWFjOTYtNzc0Yi1iY2NlLWIzMDIwOTlhODA1Nw',
  '=cmd()',
]

const others: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  [null],
  [['a']],
  {},
  { length: 1e9 },
  { toString: 1, valueOf: null },
  { $ne: null },
  { toJSON: 'x' },
]

const halfOfAPair = '\ud83d'

type Schema = { properties?: Record<string, object> }
const fieldsOf = (schema: object | undefined) => Object.keys((schema as Schema | undefined)?.properties ?? {})

/** The answer is one that the route documents: never a fault of the server, and told as every other. */
function expectDocumented(route: Route, answer: RawAnswer, label: string) {
  if (answer.status < 400) return expect(answer.status, label).toBe(route.status)
  const { code } = JSON.parse(answer.text)
  expect(
    errorsOf(route).map((error) => error.code),
    label,
  ).toContain(code)
  expect(['internal_error', 'unavailable', 'outcome_unknown'], label).not.toContain(code)
  expectProblem(answer, answer.status, code)
}

/**
 * Which fields of a route take a value, and which do not. What is taken goes on to the handler, so each is a request
 * of its own; what is refused goes no further, so one request shows it for all of them.
 */
function divide(fields: readonly string[], check: (field: string) => void): [string[], string[]] {
  const [taken, refused]: [string[], string[]] = [[], []]
  for (const field of fields) {
    try {
      check(field)
      taken.push(field)
    } catch {
      refused.push(field)
    }
  }
  return [taken, refused]
}

type Told = { readonly pointer: string; readonly code: string }

/** The answer names every field that is refused; what cannot be stored at all is told of one of them. */
function expectRefused(answer: RawAnswer, fields: readonly string[], place: string) {
  const { errors } = expectProblem(answer, 400, 'invalid_request')
  const named = errors.map(({ pointer }: Told) => pointer.slice(place.length).split('/')[1])
  const isUnstorable = errors.some(({ code }: Told) => code.startsWith('unstorable_'))
  expect(new Set(named)).toEqual(
    new Set(isUnstorable ? fields.filter((field) => named.includes(field)) : fields),
  )
}

const withFields = routes.filter(({ body, query, style }) => (body || query) && style === undefined)
const withForms = routes.filter(({ body, style }) => body && style === 'oauth')

let shared: Tenant | undefined

describe.each(withFields.map((route) => [route.id, route] as const))('%s', (_id, route) => {
  let tenant: Tenant
  beforeAll(async () => {
    // What is only read stays as it is, whoever reads it.
    const isRead = route.method === 'GET' && route.access.by === 'backend'
    if (isRead) shared ??= await makeTenant(server)
    tenant = (isRead && shared) || (await makeTenantFor(route, server))
  })

  let asked = 0
  async function ask(query: string, body?: string): Promise<RawAnswer> {
    // Limits of the route's own would soon answer instead of what is behind them.
    if (route.limits && ++asked % 10 === 0) {
      server.clock.advance({ minutes: 1 })
      if (route.access.by === 'user') tenant = await tenant.refreshed()
    }
    return send(server.url, {
      method: route.method,
      path: `${pathOf(route, tenant)}?${query}`,
      headers: { ...ownCredential(route, tenant), 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    })
  }

  const validators = validatorsOf(route)

  if (route.query) {
    test('answers whatever a field of its query holds', async () => {
      const fields = fieldsOf(route.query)
      for (const text of texts) {
        const [taken, refused] = divide(fields, (field) => validators.query({ [field]: text }))
        const said = (field: string) => `${field}=${encodeURIComponent(text)}`
        // Several long ones would be more than a request line can hold.
        const isLong = said('').length > 1_000
        for (const field of isLong ? fields : taken) {
          expectDocumented(route, await ask(said(field)), `${field}: ${text.slice(0, 50)}`)
        }
        if (isLong || refused.length === 0) continue
        expectRefused(await ask(refused.map(said).join('&')), refused, '/query')
      }
      for (const field of fields) {
        for (const raw of ['%', '%ED%A0%80', '%FF', `${field}=`, '+', '&', '=']) {
          expectDocumented(route, await ask(`${field}=${raw}&${field}[]=a&${field}[b]=c`), `${field}: ${raw}`)
        }
      }
    })
  }

  if (route.body) {
    test('answers whatever a field of its body holds', async () => {
      const example = exampleBody(route, tenant)
      const holding = (value: unknown, ...fields: string[]) => ({
        ...example,
        ...Object.fromEntries(fields.map((field) => [field, value])),
      })
      for (const value of [...texts, halfOfAPair, ...others]) {
        const [taken, refused] = divide(fieldsOf(route.body), (field) =>
          validators.body(holding(value, field)),
        )
        for (const field of taken) {
          const answer = await ask('', JSON.stringify(holding(value, field)))
          expectDocumented(route, answer, `${field}: ${JSON.stringify(value).slice(0, 50)}`)
        }
        if (refused.length === 0) continue
        expectRefused(await ask('', JSON.stringify(holding(value, ...refused))), refused, '')
      }
    })

    test('answers whatever its whole body is', async () => {
      for (const value of [...texts.slice(0, 5), ...others.slice(0, 10)]) {
        const answer = await ask('', JSON.stringify(value))
        expectProblem(answer, 400, 'invalid_request')
      }
      expectDocumented(route, await ask(''), 'none')
      expectDocumented(route, await ask('', ''), 'empty')
    })

    test('refuses every field that it does not document, and keeps nothing of it', async () => {
      const known = fieldsOf(route.body)
      const forced = {
        id: tenant.params.userId,
        environmentId: tenant.environment.id,
        environment_id: tenant.environment.id,
        projectId: tenant.environment.projectId,
        tenantId: 'x',
        ownerId: tenant.references.createdBy,
        userId: tenant.params.userId,
        role: 'owner',
        roles: ['owner'],
        scopes: ['*'],
        permissions: ['*'],
        isBanned: false,
        isAdmin: true,
        isDefault: true,
        isVerified: true,
        emailVerified: true,
        verifiedAt: '2030-01-01T00:00:00.000Z',
        createdAt: '2000-01-01T00:00:00.000Z',
        updatedAt: '2000-01-01T00:00:00.000Z',
        expiresAt: '2000-01-01T00:00:00.000Z',
        passwordHash: 'x',
        txCount: 1_000_000,
      }
      const unknown = Object.entries(forced).filter(([field]) => !known.includes(field))
      const before = await countEvents(tenant)
      const body = { ...exampleBody(route, tenant), ...Object.fromEntries(unknown) }
      const problem = expectProblem(await ask('', JSON.stringify(body)), 400, 'invalid_request')
      expect(problem.errors.map(({ pointer, code }: Told) => [pointer, code]).sort()).toEqual(
        unknown.map(([field]) => [`/${field}`, 'unknown_field']).sort(),
      )
      expect(await countEvents(tenant)).toBe(before)
    })
  }
})

describe.each(withForms.map((route) => [route.id, route] as const))('%s', (_id, route) => {
  test('answers whatever a field of its form holds', async () => {
    const tenant = await makeTenant(server)
    const { client_id, client_secret, ...example } = exampleBody(route, tenant) as Record<string, string>
    for (const field of fieldsOf(route.body)) {
      for (const text of texts) {
        const { text: told, status } = await send(server.url, {
          method: 'POST',
          path: route.path,
          headers: { ...ownCredential(route, tenant), 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ ...example, [field]: text }).toString(),
        })
        if (status === route.status) continue
        const label = `${field}: ${text.slice(0, 50)}`
        expect(errorsOf(route).map(oauthError), label).toContain(JSON.parse(told).error)
        expect(status, label).toBeLessThan(500)
      }
    }
  })
})

async function countEvents({ environment }: Tenant): Promise<number> {
  const { rows } = await server.owner.query(
    'select count(*)::int as n from events where environment_id = $1',
    [environment.id],
  )
  return rows[0].n
}

test('no header of a request makes the server fail', async () => {
  const tenant = await makeTenant(server)
  const values = [
    '',
    ' ',
    '\u00ff\u00e4',
    "'; drop table users; --",
    'a'.repeat(7_000),
    '%00',
    '../..',
    '{"a":1}',
    'a,b',
    'default/live/x',
    '/',
    'default/',
    '-1',
  ]
  const names = [
    'accept',
    'accept-encoding',
    'claviger-environment',
    'cookie',
    'forwarded',
    'host',
    'idempotency-key',
    'if-none-match',
    'origin',
    'sec-fetch-site',
    'traceparent',
    'user-agent',
    'x-forwarded-for',
    'x-http-method-override',
    'x-publishable-key',
    'x-request-id',
  ]
  const watched = routes.filter(({ id }) => ['users.create', 'me.get', 'keySet.get'].includes(id))
  expect(watched).toHaveLength(3)
  for (const route of watched) {
    for (const name of names) {
      for (const value of values) {
        const { status, text } = await send(server.url, {
          method: route.method,
          path: pathOf(route, tenant),
          headers: { ...ownCredential(route, tenant), [name]: value },
        })
        expect(status, `${route.id} ${name}: ${value} ${text}`).toBeLessThan(500)
      }
    }
  }
})
