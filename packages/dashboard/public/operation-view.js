import { codeBlock } from './code-block.js'
import { element, prose } from './element.js'
import { curlOf, sdkOf } from './example-request.js'
import { exampleTabs } from './example-tabs.js'
import { fieldList, parameterList } from './schema-view.js'

/** One chapter: a resource with all its operations. */
export function tagSection(tag, api) {
  const id = `tag-${tag.name}`
  return element(
    'section',
    { class: 'tag', 'aria-labelledby': id },
    element('h2', { id, tabindex: '-1' }, tag.title),
    element('p', { class: 'tag-description' }, prose(tag.description)),
    tag.operations.map((operation) => operationView(operation, api)),
  )
}

export function methodBadge(method) {
  return element('span', { class: 'method', data: { method } }, method)
}

function operationView(operation, api) {
  const { id, method, path, summary } = operation
  return element(
    'article',
    { class: 'operation', id, tabindex: '-1', 'aria-labelledby': `title-${id}` },
    element(
      'header',
      {},
      element('h3', { id: `title-${id}` }, element('span', {}, summary), anchorTo(id)),
      element('p', { class: 'address' }, methodBadge(method), element('code', {}, pathParts(path))),
    ),
    element(
      'div',
      { class: 'operation-body' },
      element(
        'div',
        { class: 'operation-text' },
        description(operation),
        request(operation, api),
        answers(operation, api),
      ),
      element('div', { class: 'operation-examples' }, examples(operation, api)),
    ),
  )
}

function anchorTo(id) {
  return element('a', { class: 'anchor', href: `#${id}`, 'aria-label': `Link to ${id}` }, id)
}

/** A path breaks at its slashes, and its parameters stand out. */
function pathParts(path) {
  return path
    .split(/(?=\/)/)
    .map((part) => [
      part.split(/(\{\w+\})/).map((piece) => (piece.startsWith('{') ? element('var', {}, piece) : piece)),
      element('wbr'),
    ])
}

function description(operation) {
  const limits = (operation['x-rate-limits'] ?? []).map(
    ({ by, requestsMax, windowSeconds }) =>
      `At most ${requestsMax} requests in ${windowSeconds} s for one ${counted(by)}.`,
  )
  return [
    element('p', { class: 'caller' }, prose(callerOf(operation))),
    operation.description && element('p', {}, prose(operation.description)),
    limits.length > 0 && element('p', {}, limits.join(' ')),
  ]
}

function counted(by) {
  return by === 'address' ? 'network address' : `network address and ${by.replace('body.', '')}`
}

function callerOf(operation) {
  const permission = operation['x-permission']
  switch (operation['x-access']) {
    case 'backend':
      return `For a secret key or an administrator with \`${permission}\`.`
    case 'administrator':
      return `For an administrator with \`${permission}\`.`
    case 'user':
      return 'For a signed-in end user.'
    case 'application':
      return 'For an application, with its client id and client secret.'
    default:
      return operation.security.length > 0
        ? 'For anyone. `x-publishable-key` names the environment.'
        : 'For anyone.'
  }
}

function request(operation, api) {
  const at = (place) => operation.parameters.filter((parameter) => parameter.in === place)
  const [inPath, inQuery, headers] = [at('path'), at('query'), at('header')]
  const { body } = operation
  const fields = body && fieldList(body.schema, api)
  return [
    inPath.length > 0 && part('Path', parameterList(inPath, api)),
    inQuery.length > 0 && part('Query', parameterList(inQuery, api)),
    body && part(`${body.isForm ? 'Form' : 'Body'}${body.required ? '' : ', optional'}`, fields),
    headers.length > 0 && headerPart(headers, api),
  ]
}

/** The headers are the same for most calls, so they are named, and explained to who opens them. */
function headerPart(headers, api) {
  const names = headers.map(({ name }) => name).join(', ')
  return part('Headers', element('details', {}, element('summary', {}, names), parameterList(headers, api)))
}

function part(title, ...content) {
  return element('section', { class: 'part' }, element('h4', {}, title), content)
}

function answers(operation, api) {
  const [success] = operation.answers.filter(({ status }) => status < 400)
  const schema = success.content?.['application/json'].schema
  return [
    part(
      'Answer',
      element('p', { class: 'answer' }, statusBadge(success.status), ` ${success.description}`),
      schema && fieldList(schema, api, true),
    ),
    errorsPart(operation, api),
    operation['x-emits'] &&
      part('Events', element('p', { class: 'links' }, operation['x-emits'].map(eventLink))),
  ]
}

function statusBadge(status) {
  return element('code', { class: 'status-code' }, String(status))
}

function eventLink(type) {
  return [element('a', { href: `#event-${type}` }, element('code', {}, type)), ' ']
}

/** The refusals of the operation itself are open; those that any call of its kind may meet are folded. */
function errorsPart(operation, api) {
  const byStatus = operation.answers
    .filter(({ status }) => status >= 400)
    .map(({ content, status }) => ({
      status,
      errors: codesOf(content).map((code) => api.errors.find((error) => error.code === code) ?? { code }),
    }))
  const own = withErrors(byStatus, (error) => !error.pipeline)
  const common = withErrors(byStatus, (error) => error.pipeline)
  const count = common.flatMap(({ errors }) => errors).length
  return part(
    'Errors',
    own.length > 0 && statusList(own),
    element(
      'details',
      {},
      element(
        'summary',
        {},
        `${count} that ${own.length > 0 ? 'other calls may meet too' : 'any such call may meet'}`,
      ),
      statusList(common),
    ),
  )
}

/** Of problem details, which have an example for each; or of OAuth, which names them in the schema of `error`. */
function codesOf(content) {
  const problem = content['application/problem+json']
  if (problem) return Object.keys(problem.examples)
  const [, { properties }] = content['application/json'].schema.allOf
  return properties.error.enum
}

function withErrors(byStatus, isWanted) {
  return byStatus
    .map(({ errors, status }) => ({ status, errors: errors.filter(isWanted) }))
    .filter(({ errors }) => errors.length > 0)
}

function statusList(byStatus) {
  return element(
    'ul',
    { class: 'statuses' },
    byStatus.map(({ errors, status }) =>
      element(
        'li',
        {},
        statusBadge(status),
        element(
          'ul',
          {},
          errors.map(({ code, title }) =>
            element(
              'li',
              {},
              title
                ? element('a', { href: `#error-${code}` }, element('code', {}, code))
                : element('code', {}, code),
              title && ` ${title}`,
            ),
          ),
        ),
      ),
    ),
  )
}

function examples(operation, api) {
  const [success] = operation.answers.filter(({ status }) => status < 400)
  const example = success.content?.['application/json'].example
  return [
    exampleTabs(operation.id, [
      { name: 'curl', text: curlOf(operation, api) },
      { name: 'SDK', text: sdkOf(operation, api) },
    ]),
    example &&
      element(
        'details',
        { class: 'example-answer' },
        element('summary', {}, 'Example answer'),
        codeBlock(JSON.stringify(example, null, 2), `the example answer of ${operation.id}`),
      ),
  ]
}
