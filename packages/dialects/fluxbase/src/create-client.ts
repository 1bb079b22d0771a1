import { FluxbaseAdmin } from './admin.js'
import { Connection, isSendable } from './connection.js'
import { FluxbaseTenants } from './tenants.js'

/** Options of `createClient`. */
export type FluxbaseClientOptions = {
  auth?:
    | {
        /** An access token from an earlier sign-in, used in place of the key. */
        token?: string | undefined
        /** Accepted, and without effect: `@claviger/fluxbase/react` refreshes; elsewhere, call `refreshToken`. */
        autoRefresh?: boolean | undefined
        /** Accepted, and without effect: `@claviger/fluxbase/react` keeps tokens; elsewhere, you do. */
        persist?: boolean | undefined
      }
    | undefined
  /** Accepted, and without effect: what a key may do, the server knows. */
  serviceRole?: boolean | undefined
  /** Headers of every request; they win over those of the client, but for a token. */
  headers?: Record<string, string> | undefined
  /** How many milliseconds to wait for an answer. Default: 30 000. */
  timeout?: number | undefined
  /** Whether to print a line for each answer, without anything that was said. Default: false. */
  debug?: boolean | undefined
}

/**
 * Client of the admin API under `/api/v1/admin`, which `createClient` makes. Each call is one request, and nothing is
 * retried.
 */
export class FluxbaseClient {
  /** Administrators, users and service keys. */
  readonly admin: FluxbaseAdmin
  /** Tenants, and who administers them. */
  readonly tenant: FluxbaseTenants

  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    this.admin = new FluxbaseAdmin(connection)
    this.tenant = new FluxbaseTenants(connection)
  }

  /**
   * The same client, for one tenant: whoever signs in on either is signed in on both.
   *
   * @param id Id of the tenant that the calls are about.
   */
  forTenant(id: string): FluxbaseClient {
    if (!isSendable(id)) throw new Error('The id of a tenant must be printable ASCII on one line.')
    return new FluxbaseClient(this.#connection.with({ 'x-fb-tenant': id }))
  }
}

/**
 * Creates the client.
 *
 * @param url Address of the server, with or without a trailing slash. Where it is missing: `FLUXBASE_URL`,
 *   `NEXT_PUBLIC_FLUXBASE_URL` or `VITE_FLUXBASE_URL` of the environment.
 * @param key A service key; in a browser, which shows it to everybody, an anonymous one. Where it is missing:
 *   `FLUXBASE_SERVICE_TOKEN`, `FLUXBASE_ANON_KEY`, `FLUXBASE_JOB_TOKEN`, `NEXT_PUBLIC_FLUXBASE_ANON_KEY` or
 *   `VITE_FLUXBASE_ANON_KEY`.
 * @param options How to send requests.
 * @throws Error at once, before any request, where either is nowhere, or the key cannot be sent in a header.
 */
export function createClient(
  url?: string | undefined,
  key?: string | undefined,
  options: FluxbaseClientOptions = {},
): FluxbaseClient {
  const address = url || firstSet(urlsOfEnvironment)
  if (!address) throw new Error('There is no URL: pass it as the first argument, or set FLUXBASE_URL.')
  const secret = (key || firstSet(keysOfEnvironment))?.trim()
  if (!secret)
    throw new Error('There is no key: pass it as the second argument, or set FLUXBASE_SERVICE_TOKEN.')
  // Fetch quotes an invalid header value in its error. Refused here, a mangled key stays out of the logs.
  if (!isSendable(secret)) throw new Error('The key must be printable ASCII on one line.')
  const { auth, headers = {}, timeout = 30_000, debug = false } = options
  const settings = { url: address.replace(/\/+$/, ''), key: secret, headers, timeoutMs: timeout, debug }
  return new FluxbaseClient(new Connection(settings, { token: auth?.token ?? null }))
}

// Spelled out one by one, because bundlers put values in place of exactly this spelling.
const urlsOfEnvironment = () => [
  process.env.FLUXBASE_URL,
  process.env.NEXT_PUBLIC_FLUXBASE_URL,
  process.env.VITE_FLUXBASE_URL,
]
const keysOfEnvironment = () => [
  process.env.FLUXBASE_SERVICE_TOKEN,
  process.env.FLUXBASE_ANON_KEY,
  process.env.FLUXBASE_JOB_TOKEN,
  process.env.NEXT_PUBLIC_FLUXBASE_ANON_KEY,
  process.env.VITE_FLUXBASE_ANON_KEY,
]

/** The first that is set and not empty. In a browser there is no environment, which is no error. */
function firstSet(variables: () => (string | undefined)[]): string | undefined {
  try {
    return variables().find(Boolean)
  } catch {
    return undefined
  }
}
