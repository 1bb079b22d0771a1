/** Reads an OpenAPI document and gives it in the shape in which the page shows it. */
export async function openDocument(address) {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`the server answered ${answer.status}.`)
  const said = await answer.json()
  const resolve = (value) => (value?.$ref ? resolve(atPointer(said, value.$ref)) : value)
  const operations = Object.entries(said.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []).map(resolve),
      body: bodyOf(operation.requestBody),
      answers: Object.entries(operation.responses).map(([status, response]) => ({
        status: Number(status),
        ...resolve(response),
      })),
    })),
  )
  return {
    info: said.info,
    groups: said['x-tagGroups'] ?? [{ name: 'Operations', tags: said.tags.map(({ name }) => name) }],
    tags: said.tags.map((tag) => ({
      ...tag,
      title: tag['x-displayName'] ?? tag.name,
      operations: operations.filter(({ tags }) => tags.includes(tag.name)),
    })),
    operations,
    errors: said['x-errors'] ?? [],
    events: Object.entries(said.webhooks ?? {}).map(([type, { post }]) => ({ type, ...post })),
    securitySchemes: said.components.securitySchemes,
    baseUrl: new URL(said.servers[0].url, location.href).href.replace(/\/$/, ''),
    resolve,
  }
}

/** What a request carries: JSON, or a form where the operation speaks as OAuth does. */
function bodyOf(requestBody) {
  if (!requestBody) return undefined
  const [[type, { schema, example }]] = Object.entries(requestBody.content)
  return { required: requestBody.required, isForm: type !== 'application/json', schema, example }
}

/** RFC 6901, for the references inside one document. */
function atPointer(said, reference) {
  const steps = reference.slice(2).split('/')
  return steps.reduce((at, step) => at[step.replaceAll('~1', '/').replaceAll('~0', '~')], said)
}
