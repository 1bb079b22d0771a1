import { codeBlock } from './code-block.js'
import { element, prose } from './element.js'

/** Every error by status, each with an address of its own, so that an operation can link to it. */
export function errorsSection({ errors }) {
  const statuses = [...new Set(errors.map(({ status }) => status))]
  return element(
    'section',
    { class: 'tag', 'aria-labelledby': 'errors' },
    element('h2', { id: 'errors', tabindex: '-1' }, 'Errors'),
    element(
      'p',
      { class: 'tag-description' },
      prose(
        'Every code the server may answer. Codes are permanent: decide by them and not by the sentences.',
      ),
    ),
    statuses.map((status) => [
      element('h3', { class: 'catalogue-heading' }, String(status)),
      element('ul', { class: 'catalogue' }, errors.filter((error) => error.status === status).map(errorView)),
    ]),
  )
}

function errorView({ code, detail, message, title }) {
  return element(
    'li',
    { id: `error-${code}`, tabindex: '-1' },
    element('p', {}, element('code', { class: 'field-name' }, code), ` ${title}`),
    element('p', { class: 'field-description' }, prose(detail)),
    message && element('p', { class: 'field-description' }, prose(`Its \`message\` is \`${message}\`.`)),
  )
}

/** Every event, in the shape in which a reader of events gets it. */
export function eventsSection({ events }) {
  return element(
    'section',
    { class: 'tag', 'aria-labelledby': 'event-types' },
    element('h2', { id: 'event-types', tabindex: '-1' }, 'Event types'),
    element(
      'p',
      { class: 'tag-description' },
      'What happened, written in the transaction that did it. ',
      element('a', { href: '#events.list' }, element('code', {}, 'events.list')),
      ' reads them; webhook endpoints are not part of this version yet.',
    ),
    element('ul', { class: 'catalogue' }, events.map(eventView)),
  )
}

function eventView({ requestBody, summary, type }) {
  const { example } = requestBody.content['application/json']
  return element(
    'li',
    { id: `event-${type}`, tabindex: '-1' },
    element('p', {}, element('code', { class: 'field-name' }, type), ` ${summary}`),
    element(
      'details',
      {},
      element('summary', {}, 'Example'),
      codeBlock(JSON.stringify(example, null, 2), `the example of ${type}`),
    ),
  )
}
