import type { Answer, TestEnvironment, TestServer } from '@claviger/server/testing'

/** An application with what it says to get a token. */
export interface TestClient {
  readonly id: string
  readonly secret: string
}

/** What a test allows an application: scopes by the id of an API. */
export type Allowed = Readonly<Record<string, '*' | string[]>>

export const managementAudience = 'http://claviger.test/api'

export async function managementApiOf({ operator }: TestEnvironment): Promise<string> {
  const [management] = (await operator.apis.list({ isManagement: true })).items
  return management?.id ?? ''
}

export async function makeClient({ operator }: TestEnvironment, allowed: Allowed = {}): Promise<TestClient> {
  const { application, clientSecret } = await operator.applications.create({ name: 'Nightly report' })
  for (const [apiId, scopes] of Object.entries(allowed)) {
    await operator.applications.allowApi(application.id, apiId, { scopes })
  }
  return { id: application.id, secret: clientSecret }
}

export function basic({ id, secret }: TestClient): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}

/** Posts a form, as OAuth clients do. */
export async function postForm(
  { url }: Pick<TestServer, 'url'>,
  path: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, { method: 'POST', headers, body: new URLSearchParams(form) })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export function askToken(
  server: Pick<TestServer, 'url'>,
  client: TestClient,
  form: Record<string, string> = {},
): Promise<Answer> {
  const all = { grant_type: 'client_credentials', audience: managementAudience, ...form }
  return postForm(server, '/oauth2/token', all, { authorization: basic(client) })
}

/** An access token of a client; a refusal is a mistake of the test. */
export async function tokenOf(
  server: Pick<TestServer, 'url'>,
  client: TestClient,
  form: Record<string, string> = {},
): Promise<string> {
  const { status, body } = await askToken(server, client, form)
  if (status !== 200) throw new Error(`There was no token: ${JSON.stringify(body)}`)
  return body.access_token
}

/** What the server says to a request with a bearer token. */
export async function call(
  { url }: Pick<TestServer, 'url'>,
  token: string,
  path: string,
  { method = 'GET', body }: { method?: string; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
}
