import type { Answer, TestEnvironment, TestServer } from '@claviger/server/testing'

/** An M2M application with its credentials. */
export interface TestApplication {
  readonly clientId: string
  readonly clientSecret: string
}

/** Makes an application that may use the management API. */
export async function makeApplication(
  { sdk }: TestEnvironment,
  scopes: '*' | string[] = '*',
): Promise<TestApplication> {
  const [management] = (await sdk.apis.list({ isManagement: true })).items
  const { application, clientSecret } = await sdk.applications.create({ name: 'Backend' })
  if (!management) throw new Error('The environment has no management API.')
  await sdk.applications.allowApi(application.id, management.id, { scopes })
  return { clientId: application.clientId, clientSecret }
}

/** Asks for a token in the words of Kinde's documents. */
export async function askToken(
  { url }: Pick<TestServer, 'url'>,
  { clientId, clientSecret }: TestApplication,
  audience = 'http://claviger.test/api',
): Promise<Answer> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience,
      scope: '',
    }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** Sends requests with a bearer token, or without one. */
export interface Wire {
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  put(path: string, body?: unknown): Promise<Answer>
  patch(path: string, body?: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
}

export function wireOf({ url }: Pick<TestServer, 'url'>, token?: string): Wire {
  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
  }
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    delete: (path) => ask('DELETE', path),
  }
}

/** The wire of an application that may do all of it, or has only some scopes. */
export async function wireWith(
  server: Pick<TestServer, 'url'>,
  environment: TestEnvironment,
  scopes: '*' | string[] = '*',
): Promise<Wire> {
  const { body } = await askToken(server, await makeApplication(environment, scopes))
  return wireOf(server, body.access_token)
}
