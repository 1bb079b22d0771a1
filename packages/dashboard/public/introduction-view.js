import { codeBlock } from './code-block.js'
import { element, prose } from './element.js'

/** What holds for every call, before the calls. */
export function introduction({ baseUrl, info, securitySchemes }) {
  return element(
    'section',
    { class: 'introduction' },
    element('h1', { id: 'introduction', tabindex: '-1' }, 'API reference'),
    element(
      'p',
      { class: 'quiet' },
      `Version ${info.version}. `,
      link('openapi.json', 'OpenAPI 3.1 document'),
    ),
    info.description.split('\n\n').map((paragraph) => element('p', {}, prose(paragraph))),
    element('h2', { id: 'credentials', tabindex: '-1' }, 'Credentials'),
    element('ul', { class: 'catalogue' }, Object.entries(securitySchemes).map(credential)),
    element('h2', { id: 'client', tabindex: '-1' }, 'Client'),
    element('p', {}, prose('The examples below call one client, made once:')),
    codeBlock(
      `import { Claviger } from '@claviger/sdk'\n\n` +
        '// The key comes from CLAVIGER_SECRET_KEY.\n' +
        `const claviger = new Claviger({ baseUrl: '${baseUrl}' })`,
      'how to make a client',
    ),
  )
}

function credential([key, scheme]) {
  return element(
    'li',
    {},
    element(
      'p',
      { class: 'field' },
      element('strong', {}, nameOf(key)),
      element('code', {}, placeOf(scheme)),
    ),
    element('p', { class: 'field-description' }, prose(scheme.description)),
  )
}

/** `secretKey` as words. */
function nameOf(key) {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words[0].toUpperCase() + words.slice(1)
}

function placeOf({ bearerFormat, in: place, name, type }) {
  if (type === 'http') return `Authorization: Bearer ${bearerFormat === 'JWT' ? 'eyJ…' : '…'}`
  return place === 'cookie' ? `Cookie: ${name}=…` : `${name}: …`
}

function link(href, text) {
  return element('a', { href }, text)
}
