import { readFile } from 'node:fs/promises'
import { type ErrorDefinition, errors, events, type Route, routes } from '@claviger/contract'
import { buildOpenApi, type OpenApiDocument, ownErrorsOf, pipelineErrorsOf } from '@claviger/contract/openapi'

type Schema = Readonly<Record<string, unknown>>
type Row = readonly string[]
type Tag = OpenApiDocument['tags'][number]
type Parameter = OpenApiDocument['components']['parameters'][string]
type Operation = NonNullable<OpenApiDocument['paths'][string]['get']>

const generated = '<!-- Generated from packages/contract by `npm run generate`. Do not edit. -->'

/** The files of docs/reference that follow from the contract: path from the root, and content. */
export async function generateReference(): Promise<Map<string, string>> {
  const document = buildOpenApi({ version: await productVersion() })
  return new Map([
    ['docs/reference/openapi.json', `${JSON.stringify(document, null, 2)}\n`],
    ['docs/reference/operations.md', operationsPage(document)],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/events.md', eventsPage(document)],
  ])
}

async function productVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  return manifest.version
}

function operationsPage(document: OpenApiDocument): string {
  const operations = operationsOf(document)
  const ofTag = (tag: Tag) => operations.filter(({ said }) => said.tags.includes(tag.name))
  return page(
    '# Operations',
    'Every call of the API. The machine-readable form is [openapi.json](openapi.json), which a running ' +
      'server gives at `/openapi.json`; what it shows at `/reference` is made from the same document.',
    ...document['x-tagGroups'].flatMap((group) => [
      `**${group.name}**`,
      list(
        document.tags
          .filter(({ name }) => group.tags.includes(name))
          .map(
            (tag) =>
              `${link(tag['x-displayName'])}: ${ofTag(tag)
                .map(({ route }) => operationLink(route))
                .join(', ')}`,
          ),
      ),
    ]),
    '**Beyond the calls**',
    list([link('Headers'), link('Shapes'), '[Errors](errors.md)', '[Events](events.md)']),
    ...document.tags.flatMap((tag) => [
      `## ${tag['x-displayName']}`,
      tag.description,
      ...ofTag(tag).flatMap((operation) => operationSection(operation, document)),
    ]),
    '## Headers',
    'Requests:',
    parameterTable(
      Object.values(document.components.parameters).filter((parameter) => parameter.in === 'header'),
    ),
    'Answers:',
    table(
      ['Header', 'Meaning'],
      Object.entries(document.components.headers).map(([name, { description }]) => [
        `\`${name}\``,
        description,
      ]),
    ),
    '## Shapes',
    'The objects that the calls above take and give. A field is always present unless it is marked optional.',
    ...Object.entries(document.components.schemas).flatMap(([title, schema]) => [
      `### Shape: ${title}`,
      String(schema.description ?? ''),
      fieldTable(schema),
    ]),
  )
}

/** A route with what the document says of it: each knows what the other has forgotten. */
interface Documented {
  readonly route: Route
  readonly path: string
  readonly said: Operation
}

function operationsOf(document: OpenApiDocument): Documented[] {
  const byId = new Map(routes.map((route) => [route.id, route]))
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.values(item).flatMap((said: Operation) => {
      const route = byId.get(said.operationId)
      return route ? [{ route, path, said }] : []
    }),
  )
}

function operationSection({ path, route, said }: Documented, document: OpenApiDocument): string[] {
  const parameters = (said.parameters ?? [])
    .map((parameter) => ('$ref' in parameter ? shared(parameter.$ref, document) : parameter))
    .filter((parameter) => parameter.in !== 'header')
  const body = said.requestBody?.content['application/json']
  const answer = said.responses[route.status]
  const answered = answer && 'content' in answer ? answer.content?.['application/json']?.schema : undefined
  return [
    `### ${route.id}`,
    `${route.summary}. ${route.description ?? ''}`.trim(),
    `\`${route.method} ${path}\` — ${whoMayCall(route)}`,
    ...(parameters.length > 0 ? [parameterTable(parameters)] : []),
    ...(body ? [`Body${said.requestBody?.required ? '' : ' (optional)'}:`, fieldTable(body.schema)] : []),
    ...(body?.example ? [json(body.example)] : []),
    list([
      `Answers \`${route.status}\`${answered ? ` with ${typeOf(answered)}` : ', without a body'}.`,
      ...notesOf(route),
    ]),
  ]
}

function notesOf(route: Route): string[] {
  const own = ownErrorsOf(route).map(errorLink)
  const ofPipeline = pipelineErrorsOf(route).map(({ code }) => `\`${code}\``)
  const recorded = route.emits.map(({ type }) => eventLink(type))
  return [
    ...(route.cookies ? ['Sets or clears the cookies of a session.'] : []),
    ...(route.idempotent ? [`May be repeated with an ${link('Headers', '', '`Idempotency-Key`')}.`] : []),
    ...(route.limits ?? []).map(
      ({ by, requestsMax, windowSeconds }) =>
        `At most ${requestsMax} in ${windowSeconds} s for one ${counted(by)}.`,
    ),
    ...(own.length > 0 ? [`Errors: ${own.join(', ')}.`] : []),
    `Errors before and around it: ${ofPipeline.join(', ')}.`,
    ...(recorded.length > 0 ? [`Events: ${recorded.join(', ')}.`] : []),
  ]
}

/** Where an administrator has to be one. */
const placeOf = {
  environment: '',
  project: ' of the project',
  instance: ' of the installation',
  administration: ' of the installation',
} as const

function whoMayCall({ access }: Route): string {
  switch (access.by) {
    case 'anyone':
      return access.scope === 'environment' ? 'anyone; `x-publishable-key` names the environment.' : 'anyone.'
    case 'user':
      return access.scope === 'administration' ? 'an administrator’s session.' : 'an end user’s session.'
    case 'backend':
      return `a secret key, an application or an administrator with \`${access.permission}\`.`
    case 'application':
      return 'an application, with its client id and secret.'
    case 'portal':
      return 'whoever opened a portal link, by its cookie.'
    case 'administrator':
      return `an administrator${placeOf[access.scope]} with \`${access.permission}\`.`
  }
}

function counted(by: string): string {
  if (by === 'user') return 'user'
  return by === 'address' ? 'network address' : `network address and \`${by.replace('body.', '')}\``
}

function errorsPage(): string {
  const all: ErrorDefinition[] = Object.values(errors)
  const statuses = [...new Set(all.map(({ status }) => status))].sort((a, b) => a - b)
  return page(
    '# Errors',
    'Every error is `application/problem+json` (RFC 9457). Decide by `code`: it is permanent. `detail` ' +
      'says what to do about this occurrence, and `requestId` finds it in the log. `message` repeats ' +
      '`detail`, except where existing clients compare a word: that word stands in the third column below.',
    'A `408`, a `429` and any `5xx` may be tried again as it is; `Retry-After` says after how many ' +
      'seconds. Repeat a write only with the `Idempotency-Key` of the first attempt.',
    ...statuses.flatMap((status) => [
      `## ${status}`,
      table(
        ['Code', 'Title', '`message`', 'What to do'],
        all
          .filter((error) => error.status === status)
          .sort((a, b) => (a.code < b.code ? -1 : 1))
          .map(({ code, detail, message, title }) => [
            `<a id="${code}"></a>\`${code}\``,
            title,
            message ? `\`${message}\`` : '',
            withPlaceholders(detail),
          ]),
      ),
    ]),
  )
}

/** What an occurrence fills in is set as code, so that it does not read as text, nor `<…>` as a tag. */
function withPlaceholders(detail: string): string {
  const parts = detail.split(/(`[^`]*`)/)
  const outsideCode = (text: string) => text.replace(/\{\w+\}|<[^>]+>(?:\/<[^>]+>)*/g, '`$&`')
  return parts.map((part) => (part.startsWith('`') ? part : outsideCode(part))).join('')
}

function eventsPage(document: OpenApiDocument): string {
  return page(
    '# Events',
    'An event is written in the transaction that did what it tells: there is none for what was rolled ' +
      `back, and none is lost. Read them with ${link('events.list', 'operations.md', '`events.list`')}, those of ` +
      'projects and of environments as such with ' +
      `${link('instanceEvents.list', 'operations.md', '`instanceEvents.list`')}. ` +
      `Every event has the fields of ${shapeLink('Event', 'operations.md')}; \`data\` depends on the type.`,
    table(
      ['Type', 'What happened', 'Recorded by'],
      Object.values(events).map(({ summary, type }) => [
        eventLink(type, ''),
        summary,
        routes
          .filter(({ emits }) => emits.some((event) => event.type === type))
          .map((route) => operationLink(route, 'operations.md'))
          .join(', ') || 'the server itself',
      ]),
    ),
    ...Object.values(events).flatMap(({ summary, type }) => {
      const content = document.webhooks[type]?.post.requestBody?.content['application/json']
      if (!content) throw new Error(`The OpenAPI document lacks ${type}.`)
      const [, { properties }] = content.schema.allOf as [unknown, { properties: { data: Schema } }]
      return [
        `## ${type}`,
        `${summary} \`data\` is ${typeOf(properties.data, 'operations.md')}.`,
        json((content.example as { data: unknown }).data),
      ]
    }),
  )
}

/** The fields of an object, those of nested objects under their whole name. */
function fieldTable(schema: Schema): string {
  return table(['Field', 'Type', 'Meaning'], fieldRows(schema, ''))
}

function fieldRows(schema: Schema, prefix: string): Row[] {
  const required = (schema.required ?? []) as readonly string[]
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([name, field]) => {
    const optional = required.includes(name) ? '' : ', optional'
    const nested = field.type === 'object' && field.properties ? fieldRows(field, `${prefix}${name}.`) : []
    const type = nested.length > 0 ? 'object' : typeOf(field)
    return [[`\`${prefix}${name}\``, `${type}${optional}`, String(field.description ?? '')], ...nested]
  })
}

/** A schema in words, as short as a cell of a table. */
function typeOf(schema: Schema, shapesIn = ''): string {
  if (typeof schema.$ref === 'string')
    return shapeLink(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1), shapesIn)
  if ('const' in schema) return `\`${JSON.stringify(schema.const)}\``
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(' or ')
  if (Array.isArray(schema.anyOf))
    return schema.anyOf.map((choice: Schema) => typeOf(choice, shapesIn)).join(' or ')
  if (schema.type === 'array') return `array of ${typeOf(schema.items as Schema, shapesIn)}`
  if (schema.type === 'object' && schema.properties) return objectType(schema, shapesIn)
  const names = [schema.type].flat().map((name) => (name === 'string' ? stringType(schema) : String(name)))
  return `${names.join(' or ')}${limitsOf(schema)}`
}

function objectType({ properties }: Schema, shapesIn: string): string {
  const fields = Object.entries(properties as Record<string, Schema>)
  return `{ ${fields.map(([name, field]) => `\`${name}\`: ${typeOf(field, shapesIn)}`).join(', ')} }`
}

function stringType({ format }: Schema): string {
  const named: Readonly<Record<string, string>> = {
    'date-time': 'time',
    email: 'email address',
    uuid: 'UUID',
  }
  return named[String(format)] ?? 'string'
}

function limitsOf({ maximum, maxLength, minimum, minLength }: Schema): string {
  if (maxLength !== undefined)
    return `, ${minLength === undefined ? 'up to ' : `${minLength}–`}${maxLength} characters`
  if (maximum !== undefined) return `, ${minimum ?? ''}–${maximum}`
  return minimum === undefined ? '' : `, at least ${minimum}`
}

function parameterTable(parameters: readonly Parameter[]): string {
  return table(
    ['Parameter', 'In', 'Type', 'Meaning'],
    parameters.map(({ description, in: where, name, required, schema }) => [
      `\`${name}\``,
      where,
      `${typeOf(schema)}${required ? '' : ', optional'}`,
      description ?? '',
    ]),
  )
}

function shared(reference: string, document: OpenApiDocument): Parameter {
  const parameter = document.components.parameters[reference.slice(reference.lastIndexOf('/') + 1)]
  if (!parameter) throw new Error(`The OpenAPI document lacks ${reference}.`)
  return parameter
}

/** The anchor that GitHub and most other renderers make of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

function link(heading: string, file = '', text = heading): string {
  return `[${text}](${file}#${anchor(heading)})`
}

const operationLink = ({ id }: { readonly id: string }, file = '') => link(id, file, `\`${id}\``)
const shapeLink = (title: string, file: string) => link(`Shape: ${title}`, file, title)
const eventLink = (type: string, file = 'events.md') => link(type, file, `\`${type}\``)
const errorLink = ({ code, status }: ErrorDefinition) => `[\`${code}\`](errors.md#${code}) (${status})`

function page(...blocks: readonly string[]): string {
  const [title = '', ...rest] = blocks.filter((block) => block !== '')
  return `${[title, generated, ...rest].join('\n\n')}\n`
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function json(value: unknown): string {
  return ['```json', JSON.stringify(value, null, 2), '```'].join('\n')
}
