import { Claviger } from '@claviger/sdk'
import { type Answer, goodPassword, type TestServer } from '@claviger/server/testing'

/** Asks a server as Fluxbase's clients do; without a credential unless one is named. */
export interface Wire {
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(path: string, headers?: Record<string, string>): Promise<Answer>
  /** The same, as whoever has a credential. */
  as(credential: string): Wire
}

export const admin = '/api/v1/admin'

export function wireOf(server: TestServer, own: Record<string, string> = {}): Wire {
  async function ask(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
    const isForm = body instanceof URLSearchParams
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...(isForm ? {} : { 'content-type': 'application/json' }),
        ...own,
        ...headers,
      },
      ...(body !== undefined && { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
  }
  return {
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body, headers) => ask('POST', path, body, headers),
    patch: (path, body, headers) => ask('PATCH', path, body, headers),
    put: (path, body, headers) => ask('PUT', path, body, headers),
    delete: (path, headers) => ask('DELETE', path, undefined, headers),
    as: (credential) => wireOf(server, { ...own, authorization: `Bearer ${credential}` }),
  }
}

export const firstAdmin = { email: 'ada@example.com', password: goodPassword, name: 'Ada' }

/** Sets the installation up, and answers the wire as its first administrator. */
export async function setUp(server: TestServer): Promise<Wire> {
  const wire = wireOf(server)
  const { body } = await wire.post(`${admin}/setup`, firstAdmin)
  return wire.as(body.access_token)
}

/** Invites an administrator, who accepts, and answers the wire as that one. */
export async function joined(
  server: TestServer,
  asAdmin: Wire,
  invitation: { email: string; role: 'instance_admin' | 'tenant_admin'; tenant_id?: string },
): Promise<{ wire: Wire; id: string }> {
  await asAdmin.post(`${admin}/invitations`, invitation)
  const token = await tokenMailedTo(server, invitation.email)
  const accepted = await wireOf(server).post(`/api/v1/invitations/${token}/accept`, {
    password: goodPassword,
  })
  return { wire: asAdmin.as(accepted.body.access_token), id: accepted.body.user.id }
}

/** The token in the newest mail to an administrator. */
export async function tokenMailedTo(server: TestServer, email: string): Promise<string> {
  const { url: baseUrl, operatorToken } = server
  const { instance } = new Claviger({ baseUrl, operatorToken, environment: 'default/live' })
  const [newest] = (await instance.listEmails({ to: email })).items
  return /#token=(\w+)/.exec((await instance.getEmail(newest?.id ?? '')).text ?? '')?.[1] ?? ''
}
