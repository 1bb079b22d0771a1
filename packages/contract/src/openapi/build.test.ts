import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe, expect, it } from 'vitest'
import { routes } from '../api.js'
import { errors } from '../errors.js'
import { events } from '../events.js'
import { oauthError } from '../tokens/oauth-error.js'
import { buildOpenApi, errorsOf } from './build.js'
import { collectSchemas } from './component-schemas.js'
import type { Operation, Reference, Response } from './document.js'

const document = buildOpenApi({ version: '1.2.3' })
const operations = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [operation.operationId, { path, method, operation }]),
  ),
)

describe('the OpenAPI document', () => {
  it.each([undefined, 'https://id.acme.dev/'])(
    'has nothing that Redocly’s rules object to (%s)',
    async (serverUrl) => {
      const built = buildOpenApi({ version: '1.2.3', ...(serverUrl ? { serverUrl } : {}) })
      // A route that only sends the browser on has no answer of success besides 302.
      const rules = { 'operation-2xx-response': 'off' } as const
      const config = await createConfig({ extends: ['recommended'], rules })
      const problems = await lintFromString({ source: JSON.stringify(built), config })
      expect(
        problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
      ).toEqual([])
    },
  )

  it('is JSON, the same on every build', () => {
    expect(JSON.stringify(buildOpenApi({ version: '1.2.3' }))).toBe(JSON.stringify(document))
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('names the server that was asked for, without a slash at its end', () => {
    expect(buildOpenApi({ version: '1', serverUrl: 'https://id.acme.dev/' }).servers).toEqual([
      { url: 'https://id.acme.dev' },
    ])
    expect(document.servers[0]?.url).toBe('/')
  })

  it('has every route of the contract, under its method and path', () => {
    const said = routes.map(
      ({ id, method, path }) => `${id} ${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
    )
    const documented = [...operations].map(([id, { method, path }]) => `${id} ${method} ${path}`)
    expect(documented.sort()).toEqual(said.sort())
  })

  it('has every parameter of a path, and the description of every tag', () => {
    const tags = document.tags.map(({ name }) => name)
    for (const { path, operation } of operations.values()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(
        parametersOf(operation)
          .filter((parameter) => parameter.in === 'path')
          .map(({ name }) => name),
      ).toEqual(inPath)
      expect(tags).toEqual(expect.arrayContaining([...operation.tags]))
    }
    expect(document['x-tagGroups'].flatMap((group) => group.tags)).toEqual(tags)
  })

  it('has no reference that leads nowhere', () => {
    for (const reference of referencesIn(document)) expect(resolved(reference), reference).toBeDefined()
  })

  it('names every error code of the contract, each on an operation that may answer it', () => {
    const onOperations = [...operations.values()]
      .flatMap(({ operation }) => codesOf(operation))
      .filter((code) => !['server_error', 'temporarily_unavailable'].includes(code))
    // No operation answers this one: it is the answer where there is no operation.
    const expected = Object.keys(errors).filter((code) => code !== 'route_not_found')
    expect([...new Set(onOperations)].sort()).toEqual(expected.sort())
    expect(document['x-errors'].map(({ code }) => code).sort()).toEqual(Object.keys(errors).sort())
  })

  it('gives an operation the codes of errorsOf, each under its own status', () => {
    for (const route of routes) {
      const { operation } = operations.get(route.id) as { operation: Operation }
      const wordOf = route.style === 'oauth' ? oauthError : ({ code }: { code: string }) => code
      expect(new Set(codesOf(operation))).toEqual(new Set(errorsOf(route).map(wordOf)))
      for (const error of errorsOf(route)) {
        expect(codesOf(operation, error.status), route.id).toContain(wordOf(error))
      }
    }
  })

  it('fills in the sentence of every example of an error', () => {
    for (const [code, example] of Object.entries(document.components.examples)) {
      expect(JSON.stringify(example.value), code).not.toMatch(/\{\w+\}/)
    }
  })

  it('lists every event of the contract', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual(Object.keys(events).sort())
  })

  it('asks for a credential exactly where the contract does', () => {
    for (const { access, id } of routes) {
      const { security } = (operations.get(id) as { operation: Operation }).operation
      const isOpen = security.length === 0 || security.some((choice) => Object.keys(choice).length === 0)
      expect(isOpen, id).toBe(access.by === 'anyone')
    }
  })
})

describe('errorsOf', () => {
  const codes = (id: string) =>
    errorsOf(routes.find((route) => route.id === id) as never).map(({ code }) => code)

  it('gives a read by a backend the errors of keys, environments and cursors, and none of writes', () => {
    const list = codes('users.list')
    expect(list).toEqual(
      expect.arrayContaining(['missing_api_key', 'permission_denied', 'environment_required']),
    )
    expect(list).toEqual(expect.arrayContaining(['invalid_request', 'invalid_cursor', 'rate_limited']))
    expect(list).not.toContain('malformed_body')
    expect(list).not.toContain('not_signed_in')
    expect(list).not.toContain('outcome_unknown')
  })

  it('gives an end user’s write the errors of sessions and origins, and its own first', () => {
    expect(codes('orgs.delete').slice(0, 2)).toEqual(['organization_not_found', 'role_required'])
    expect(codes('orgs.delete')).toEqual(
      expect.arrayContaining([
        'not_signed_in',
        'invalid_session',
        'origin_not_allowed',
        'unsupported_media_type',
      ]),
    )
  })

  it('gives the errors of idempotency only to a write that has it', () => {
    expect(codes('users.create')).toContain('idempotency_mismatch')
    expect(codes('users.delete')).not.toContain('idempotency_mismatch')
  })

  it('gives a route for anyone no error of credentials, and each code once', () => {
    expect(codes('health.get')).toEqual(['request_timeout', 'internal_error', 'unavailable'])
    for (const { id } of routes) expect(new Set(codes(id)).size).toBe(codes(id).length)
  })
})

describe('collectSchemas', () => {
  const thing = { title: 'Thing', type: 'object', properties: { id: { type: 'string' } } }

  it('refuses two different schemas of one title', () => {
    const schemas = collectSchemas()
    schemas.hoist(thing)
    expect(() => schemas.hoist({ ...thing, properties: {} })).toThrow(
      'Two different schemas have the title Thing',
    )
  })

  it('keeps a titled schema once, also where it may be null', () => {
    const schemas = collectSchemas()
    expect(schemas.hoist(thing)).toEqual({ $ref: '#/components/schemas/Thing' })
    expect(schemas.hoist({ ...thing, type: ['object', 'null'] })).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'null' }],
    })
    expect(schemas.all()).toEqual({ Thing: thing })
  })
})

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if ('$ref' in value && typeof value.$ref === 'string') return [value.$ref]
  return Object.values(value).flatMap(referencesIn)
}

function resolved(reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/')
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
}

function dereferenced<T extends object>(value: T | Reference): T {
  return '$ref' in value ? (resolved(value.$ref) as T) : value
}

function parametersOf(operation: Operation) {
  return (operation.parameters ?? []).map((parameter) => dereferenced(parameter))
}

/** The codes that the schemas of an operation's problems enumerate. */
function codesOf(operation: Operation, status?: number): string[] {
  return Object.entries(operation.responses)
    .filter(([answered]) => status === undefined || answered === String(status))
    .flatMap(([, response]) => {
      const { content } = dereferenced<Response>(response)
      const refusal = content?.['application/problem+json'] ?? content?.['application/json']
      const [, narrowed] = (refusal?.schema.allOf ?? []) as {
        properties: Record<'code' | 'error', { enum: string[] } | undefined>
      }[]
      const { code, error } = narrowed?.properties ?? {}
      return (code ?? error)?.enum ?? []
    })
}
