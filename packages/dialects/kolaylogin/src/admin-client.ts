import { adminError } from './admin-error.js'
import { DEFAULT_API_BASE_URL, withoutTrailingSlashes } from './base-url.js'
import { InvitationsResource } from './invitations.js'
import { jsonOrNull } from './json-or-null.js'
import { OrganizationsResource } from './organizations.js'
import { SessionsResource } from './sessions.js'
import { UsersResource } from './users.js'

/** Options of `createKolayLoginClient`. */
export type KolayLoginClientOptions = {
  /**
   * Address of the server, with or without trailing slashes. Default: `https://api.kolaylogin.com`, so a
   * caller of Claviger always gives it. No environment variable is read for it.
   */
  baseUrl?: string | undefined
  /** Secret key that begins with `sk_live_` or `sk_test_`. It is full power over its environment. */
  secretKey: string
  /** Function that sends every request. Default: the global `fetch` at the time of construction. */
  fetch?: typeof fetch | undefined
}

/**
 * Client of the server-to-server API under `/v1/admin`.
 *
 * Each call is one request: nothing is retried, and no time limit is set beyond that of `fetch`. Every method
 * throws in the way that `request` describes.
 */
export class KolayLoginAdminClient {
  /** People who can sign in. */
  readonly users: UsersResource
  /** Organizations and their members. */
  readonly organizations: OrganizationsResource
  /** Invitations to join an organization. */
  readonly invitations: InvitationsResource
  /** Signed-in sessions of users. */
  readonly sessions: SessionsResource

  readonly #baseUrl: string
  // Private at run time too, so that logging or serializing a client does not print the key.
  readonly #secretKey: string
  readonly #fetch: typeof fetch

  /**
   * @param opts Secret key, and where and how to send requests.
   * @throws Error if the secret key does not begin with `sk_`, or cannot be sent in a header.
   */
  constructor(opts: KolayLoginClientOptions) {
    if (!opts.secretKey?.startsWith('sk_')) {
      throw new Error('KolayLoginAdminClient: secretKey must start with sk_')
    }
    // Fetch quotes an invalid header value in its error. Refused here, a mangled key stays out of the logs.
    if (/[^\x20-\x7e]/.test(opts.secretKey.trim())) {
      throw new Error('KolayLoginAdminClient: secretKey must be printable ASCII on one line')
    }
    this.#baseUrl = withoutTrailingSlashes(opts.baseUrl ?? DEFAULT_API_BASE_URL)
    this.#secretKey = opts.secretKey
    this.#fetch = opts.fetch ?? globalThis.fetch
    this.users = new UsersResource(this)
    this.organizations = new OrganizationsResource(this)
    this.invitations = new InvitationsResource(this)
    this.sessions = new SessionsResource(this)
  }

  /**
   * Sends one request with the secret key, for an endpoint that has no method here.
   *
   * @param path Path with its query, beginning with a slash, such as `/v1/admin/users?limit=1`.
   * @param init Method, body and whatever else `fetch` takes. Its headers win over those of the client.
   * @returns The parsed JSON of a 2xx answer; null if the body was empty or not JSON.
   * @throws Error with `status`, the HTTP code, and `body`, the parsed JSON or null, on any other answer. Its
   *   message is `body.message`, or else `kolaylogin_admin_<status>`.
   * @throws Whatever `fetch` rejects with, as it is, when there was no answer.
   */
  async request<T>(path: string, init?: RequestInit): Promise<T> {
    // A detached reference, because some runtimes refuse a fetch that is called as a method.
    const send = this.#fetch
    const response = await send(`${this.#baseUrl}${path}`, {
      ...init,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${this.#secretKey}`,
        ...Object.fromEntries(new Headers(init?.headers)),
      },
    })
    const body = jsonOrNull(await response.text())
    if (!response.ok) throw adminError(response.status, body)
    return body as T
  }
}

/**
 * Creates the client of the admin API.
 *
 * @param opts Secret key, and where and how to send requests.
 * @throws Error at once, before any request, if the secret key does not begin with `sk_`.
 */
export function createKolayLoginClient(opts: KolayLoginClientOptions): KolayLoginAdminClient {
  return new KolayLoginAdminClient(opts)
}
