/** The request of an operation as a command of curl. Secrets come from the environment of the shell. */
export function curlOf(operation, api) {
  const { id: _, method, path, body } = operation
  const query = queryExampleOf(operation)
  const filled = path.replace(/\{(\w+)\}/g, (__, name) => pathExampleOf(name, operation))
  const address = `${api.baseUrl}${filled}${query ? `?${new URLSearchParams(query)}` : ''}`
  const command = method === 'GET' ? 'curl' : `curl -X ${method}`
  const target = query ? quoted(address) : address
  const lines = [
    ...(command.length + target.length > 48 ? [command, target] : [`${command} ${target}`]),
    ...credentialHeaders(operation).map((header) => `-H "${header}"`),
    ...(body?.example ? bodyLines(body) : []),
  ]
  return lines.join(' \\\n  ')
}

function bodyLines({ isForm, example }) {
  return isForm
    ? Object.entries(example).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`)
    : ['-H "Content-Type: application/json"', `-d ${quoted(json(example))}`]
}

function credentialHeaders(operation) {
  const takesEnvironment = operation.parameters.some(({ name }) => name === 'Claviger-Environment')
  switch (operation['x-access']) {
    case 'backend':
      return ['Authorization: Bearer $CLAVIGER_SECRET_KEY']
    case 'administrator':
      return [
        'Authorization: Bearer $CLAVIGER_OPERATOR_TOKEN',
        ...(takesEnvironment ? ['Claviger-Environment: default/test'] : []),
      ]
    case 'user':
      return ['Authorization: Bearer $SESSION_TOKEN']
    case 'application':
      // Its credentials are fields of the form.
      return []
    default:
      return operation.security.length > 0 ? ['x-publishable-key: $CLAVIGER_PUBLISHABLE_KEY'] : []
  }
}

/** The same request as a call of the SDK. A list is walked from page to page by itself. */
export function sdkOf(operation, api) {
  const { id, body } = operation
  // Every OAuth client makes it, so the SDK does not.
  if (body?.isForm) {
    const form = literal(body.example).replaceAll('\n', '\n  ')
    const init = `{\n  method: 'POST',\n  body: new URLSearchParams(${form}),\n}`
    return `const answer = await fetch('${api.baseUrl}${operation.path}', ${init})`
  }
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
  const answer = answerSchemaOf(operation)
  if (isPage(answer)) {
    const [nouns] = Object.keys(answer.properties)
    const noun = nouns.replace(/s$/, '')
    return `for await (const ${noun} of ${callOf(id, inPath)}) {\n  console.log(${noun})\n}`
  }
  const result = resultOf(answer)
  const start = result ? `const ${result} = await ` : 'await '
  return start + callOf(id, inPath, body?.example, start.length)
}

/** The call, on one line where that is short enough for the page. */
function callOf(id, inPath, given, startLength = 0) {
  const call = (written) => `claviger.${id}(${[...inPath, ...(written ? [written] : [])].join(', ')})`
  const short = call(given && inline(given))
  return startLength + short.length <= 54 || !given ? short : call(literal(given))
}

function answerSchemaOf({ answers }) {
  return answers.find(({ status }) => status < 400)?.content?.['application/json'].schema
}

function isPage(schema) {
  return Boolean(schema?.properties?.nextCursor)
}

/** What the SDK gives back: the item of a wrapper, the parts of an answer with several, else the whole. */
function resultOf(schema) {
  if (!schema) return ''
  const names = Object.keys(schema.properties ?? {}).filter((name) => name !== 'ok')
  if (schema.$ref) return camel(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1))
  const [only] = names
  if (names.length === 1 && schema.properties[only].$ref && !schema.properties.ok) return only
  return names.length > 0 ? `{ ${names.join(', ')} }` : ''
}

function camel(title) {
  return title[0].toLowerCase() + title.slice(1)
}

function queryExampleOf({ parameters }) {
  return parameters.some(({ in: where, name }) => where === 'query' && name === 'limit')
    ? { limit: 20 }
    : undefined
}

function pathExampleOf(name, { parameters }) {
  return parameters.find((parameter) => parameter.name === name)?.example ?? `{${name}}`
}

/** Short JSON on one line; the rest with the indentation of the command. */
function json(value) {
  const short = JSON.stringify(value)
  return short.length <= 36 ? short : JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')
}

/** A value between single quotes, as a POSIX shell reads it. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** An object as JavaScript, each member on a line of its own, and small members on one line. */
function literal(value, indent = '') {
  if (typeof value !== 'object' || value === null || (indent && inline(value).length <= 44))
    return inline(value)
  const inner = `${indent}  `
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const lines = Array.isArray(value)
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([name, item]) => `${name}: ${literal(item, inner)}`)
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}${close}`
}

function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([name, item]) => `${name}: ${inline(item)}`)
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}'
}
