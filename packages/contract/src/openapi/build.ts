import Type, { type TSchema } from 'typebox'
import { routes } from '../api.js'
import { type ErrorDefinition, type EventDefinition, Id, pageQuery, type Route } from '../define/index.js'
import { errors } from '../errors.js'
import { Event } from '../events/schemas.js'
import { events } from '../events.js'
import { systemErrors } from '../system/errors.js'
import { collectSchemas } from './component-schemas.js'
import type * as document from './document.js'
import { exampleOf } from './example.js'
import {
  deprecationHeaders,
  headersOf,
  idempotencyHeader,
  isCounted,
  limitHeaders,
  type ResponseHeader,
  responseHeaders,
} from './headers.js'
import { oauthErrorSchema, problemSchema } from './problem.js'
import { problemExamples, problemResponsesOf, sharedProblems } from './problem-responses.js'
import { resourceGroups, resources } from './resources.js'
import { environmentHeader, securityOf, securitySchemes } from './security.js'

export type { OpenApiDocument } from './document.js'
export { errorsOf, ownErrorsOf, pipelineErrorsOf } from './errors-of.js'

export interface BuildOptions {
  readonly version: string
  /** The public URL of the server; without it the document speaks of the server that served it. */
  readonly serverUrl?: string
}

type Schemas = ReturnType<typeof collectSchemas>

/** The contract as an OpenAPI 3.1 document: the same data in the words that other tools read. */
export function buildOpenApi({ version, serverUrl }: BuildOptions): document.OpenApiDocument {
  const schemas = collectSchemas()
  schemas.hoist(problemSchema)
  schemas.hoist(oauthErrorSchema)
  const paths = pathsOf(routes, schemas)
  const webhooks = webhooksOf(Object.values(events), schemas)
  return {
    openapi: '3.1.0',
    info: infoOf(version),
    servers: [serverUrl ? { url: serverUrl.replace(/\/+$/, '') } : { url: '/', description: 'This server.' }],
    tags: tagsOf(routes),
    'x-tagGroups': resourceGroups,
    paths,
    webhooks,
    components: {
      schemas: schemas.all(),
      parameters: sharedParameters,
      headers: responseHeaders,
      responses: sharedProblems,
      examples: problemExamples,
      securitySchemes,
    },
    'x-errors': catalogue,
  }
}

function infoOf(version: string): document.Info {
  return {
    title: 'Claviger API',
    version,
    summary: 'Users, organizations, sessions and keys of a product, on a server of its own.',
    description: [
      'JSON in camelCase over HTTPS. Ids are UUIDv7, times are ISO 8601 in UTC with milliseconds.',
      'The credential names the environment; administrators send the header `Claviger-Environment`. ' +
        'A request that names two different ones is refused.',
      'A list answers one page, newest first, with an exact `total`. Its `nextCursor` is the next `after`.',
      'Errors are `application/problem+json` (RFC 9457). Decide by `code`: it never changes, the words may.',
      'Writes that take an `Idempotency-Key` may be repeated safely for 24 h.',
    ].join('\n\n'),
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  }
}

/** The resource of a route is the part of its id before the dot. */
function resourceOf(route: Route): string {
  return route.id.slice(0, route.id.indexOf('.'))
}

function tagsOf(all: readonly Route[]): document.Tag[] {
  const used = new Set(all.map(resourceOf))
  const missing = [...used].filter((name) => !resources.some((resource) => resource.name === name))
  if (missing.length > 0) throw new Error(`Describe ${missing.join(', ')} in openapi/resources.ts.`)
  return resources
    .filter(({ name }) => used.has(name))
    .map(({ name, displayName, description }) => ({ name, description, 'x-displayName': displayName }))
}

function pathsOf(all: readonly Route[], schemas: Schemas): Record<string, document.PathItem> {
  const paths: Record<string, document.PathItem> = {}
  for (const route of all.toSorted(inReadingOrder)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) }
  }
  return paths
}

/** By resource, and within one as a newcomer asks: find, create, then what can be done to one. */
function inReadingOrder(a: Route, b: Route): number {
  return chapterOf(a) - chapterOf(b) || stepOf(a) - stepOf(b)
}

function chapterOf(route: Route): number {
  return resources.findIndex(({ name }) => name === resourceOf(route))
}

function stepOf({ id }: Route): number {
  const step = ['list', 'create', 'get', 'update', 'delete'].indexOf(id.slice(id.indexOf('.') + 1))
  return step < 0 ? Number.MAX_SAFE_INTEGER : step
}

function operationOf(route: Route, schemas: Schemas): document.Operation {
  const parameters = parametersOf(route, schemas)
  return {
    operationId: route.id,
    tags: [resourceOf(route)],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    security: securityOf(route.access),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: requestBodyOf(route, route.body, schemas) } : {}),
    responses: { [route.status]: answerOf(route, schemas), ...problemResponsesOf(route) },
    'x-access': route.access.by,
    ...('permission' in route.access ? { 'x-permission': route.access.permission } : {}),
    ...(route.emits.length > 0 ? { 'x-emits': route.emits.map((event) => event.type) } : {}),
    ...(route.limits
      ? { 'x-rate-limits': route.limits.map(({ error, ...limit }) => ({ ...limit, code: error.code })) }
      : {}),
  }
}

/** Parameters that mean the same wherever they stand. */
const sharedParameters: Readonly<Record<string, document.Parameter>> = {
  ...Object.fromEntries(
    Object.entries(pageQuery).map(([name, schema]) => [name, queryParameter(name, { ...schema }, false)]),
  ),
  'Claviger-Environment': environmentHeader,
  'Idempotency-Key': idempotencyHeader,
}

function parametersOf({ access, idempotent, params, query }: Route, schemas: Schemas) {
  const path = Object.entries(params ?? {}).map(([name, unknown]) => pathParameter(name, unknown))
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) =>
    schema === pageQuery[name as keyof typeof pageQuery]
      ? sharedParameter(name)
      : queryParameter(name, schemas.hoist(schema), query?.required?.includes(name) ?? false),
  )
  const namesEnvironment =
    (access.by === 'backend' || access.by === 'administrator') && access.scope === 'environment'
  return [
    ...path,
    ...inQuery,
    ...(namesEnvironment ? [sharedParameter('Claviger-Environment')] : []),
    ...(idempotent ? [sharedParameter('Idempotency-Key')] : []),
  ]
}

function sharedParameter(name: string): document.Reference {
  return { $ref: `#/components/parameters/${name}` }
}

function pathParameter(name: string, unknown: ErrorDefinition): document.Parameter {
  const refusal = `One that is unknown answers \`${unknown.code}\`.`
  const known = { name, in: 'path', required: true } as const
  return name.endsWith('Id')
    ? {
        ...known,
        description: `${idDescription} ${refusal}`,
        schema: { type: 'string', format: 'uuid' },
        example: exampleOf(Id),
      }
    : {
        ...known,
        description: refusal,
        schema: { type: 'string' },
        example: exampleOf({ type: 'string' }, name),
      }
}

const { description: idDescription } = Id as { description?: string }

function queryParameter(name: string, schema: document.Schema, required: boolean): document.Parameter {
  const { description, ...rest } = schema
  return {
    name,
    in: 'query',
    ...(required ? { required } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }
}

function requestBodyOf({ style }: Route, body: TSchema, schemas: Schemas): document.RequestBody {
  const { examples = [] } = body as { examples?: readonly unknown[] }
  return {
    required: !Type.IsOptional(body),
    content: {
      [style === 'oauth' ? 'application/x-www-form-urlencoded' : 'application/json']: {
        schema: schemas.hoist(body),
        ...(examples.length > 0 ? { example: examples[0] } : {}),
      },
    },
  }
}

function answerOf(route: Route, schemas: Schemas): document.Response {
  const extra: ResponseHeader[] = route.access.by === 'backend' ? [...deprecationHeaders] : []
  if (route.idempotent) extra.push('Idempotency-Replayed')
  if (route.etag) extra.push('ETag')
  if (route.cookies) extra.push('Set-Cookie')
  return {
    description: successes[route.status],
    headers: headersOf(...(isCounted(route) ? limitHeaders : []), ...extra),
    ...(route.response && route.status !== 302
      ? {
          content: {
            'application/json': {
              schema: schemas.hoist(route.response),
              example: exampleOf(route.response),
            },
          },
        }
      : {}),
  }
}

const successes: Readonly<Record<Route['status'], string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No content',
  302: 'The browser is sent on',
}

const pipelineCodes = new Set<string>(Object.keys(systemErrors))
const catalogue: readonly document.CatalogueEntry[] = Object.values<ErrorDefinition>(errors)
  .map(({ code, ...error }) => ({ code, ...error, pipeline: pipelineCodes.has(code) }))
  .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1))

/** Every event of the contract, in the shape in which a reader of events gets it. */
function webhooksOf(all: readonly EventDefinition[], schemas: Schemas): document.OpenApiDocument['webhooks'] {
  return Object.fromEntries(all.map((event) => [event.type, { post: webhookOf(event, schemas) }]))
}

function webhookOf(event: EventDefinition, schemas: Schemas): document.Operation {
  const example = exampleOf(Event) as Record<string, unknown>
  return {
    operationId: `events.${event.type}`,
    tags: ['events'],
    summary: event.summary,
    description:
      'Recorded in the transaction that did it, and listed by `events.list`. ' +
      'This version has no webhook endpoints yet; they will receive this shape.',
    security: [],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            allOf: [
              schemas.hoist(Event),
              {
                type: 'object',
                required: ['type', 'data'],
                properties: { type: { type: 'string', const: event.type }, data: schemas.hoist(event.data) },
              },
            ],
          },
          example: { ...example, type: event.type, data: exampleOf(event.data) },
        },
      },
    },
    responses: { '2XX': { description: 'The event was received.' } },
  }
}
