import { element, prose } from './element.js'

/**
 * The fields of an object, those of nested objects folded away below them. What a caller sends is marked
 * where it is required; what the server answers is there unless it is marked as optional.
 */
export function fieldList(schema, api, isAnswer = false) {
  const { properties = {}, required = [] } = api.resolve(schema)
  const rows = Object.entries(properties).map(([name, field]) => {
    const shown = merged(field, api)
    return entry({
      name,
      type: typeOf(field, api),
      mark: markOf(required.includes(name), isAnswer),
      description: shown.description,
      limits: limitsOf(shown),
      nested: nestedFields(field, api, isAnswer),
    })
  })
  return element('ul', { class: 'fields' }, rows)
}

/** The parameters of an operation that stand at one place of the request. */
export function parameterList(parameters, api) {
  const rows = parameters.map(({ name, required, description, schema }) =>
    entry({
      name,
      type: typeOf(schema, api),
      mark: markOf(required, false),
      description,
      limits: limitsOf(schema),
    }),
  )
  return element('ul', { class: 'fields' }, rows)
}

function markOf(isRequired, isAnswer) {
  if (isAnswer) return isRequired ? undefined : 'optional'
  return isRequired ? 'required' : undefined
}

function entry({ name, type, mark, description, limits, nested }) {
  return element(
    'li',
    {},
    element(
      'p',
      { class: 'field' },
      element('code', { class: 'field-name' }, name),
      element('span', { class: 'field-type' }, [type, ...limits].join(', ')),
      mark && element('span', { class: 'field-mark' }, mark),
    ),
    description && element('p', { class: 'field-description' }, prose(description)),
    nested,
  )
}

function nestedFields(field, api, isAnswer) {
  const object = objectIn(field, api)
  if (!object?.properties) return undefined
  const count = Object.keys(object.properties).length
  const of = object.title ? ` of ${object.title}` : ''
  return element(
    'details',
    {},
    element('summary', {}, `${count} field${count === 1 ? '' : 's'}${of}`),
    fieldList(object, api, isAnswer),
  )
}

/** The object that a field is, or is a list of, or may be when it is not null. */
function objectIn(field, api) {
  const schema = api.resolve(field)
  if (schema.anyOf) return schema.anyOf.map((option) => objectIn(option, api)).find(Boolean)
  if (schema.items) return objectIn(schema.items, api)
  return schema.properties ? schema : undefined
}

/** A field may be described where it stands or where its shape is defined. */
function merged(field, api) {
  const option = field.anyOf?.[0]
  return { ...api.resolve(field.items ?? option ?? field), ...api.resolve(field) }
}

/** A schema in words. */
export function typeOf(field, api) {
  const schema = api.resolve(field)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (schema.anyOf) return schema.anyOf.map((option) => typeOf(option, api)).join(' or ')
  if (schema.type === 'array') return `array of ${typeOf(schema.items, api)}`
  if (schema.title) return schema.title
  return [schema.type]
    .flat()
    .map((type) => (type === 'string' ? stringType(schema) : type))
    .join(' or ')
}

function stringType({ format }) {
  return { 'date-time': 'time', email: 'email address', uuid: 'UUID' }[format] ?? 'string'
}

function limitsOf({ maximum, maxItems, maxLength, minimum, minLength }) {
  const limits = []
  if (maxLength !== undefined) limits.push(`${range(minLength, maxLength)} characters`)
  if (maximum !== undefined) limits.push(range(minimum, maximum))
  else if (minimum !== undefined) limits.push(`at least ${minimum}`)
  if (maxItems !== undefined) limits.push(`up to ${maxItems} items`)
  return limits
}

function range(least, most) {
  return least === undefined ? `up to ${most.toLocaleString('en')}` : `${least}–${most.toLocaleString('en')}`
}
