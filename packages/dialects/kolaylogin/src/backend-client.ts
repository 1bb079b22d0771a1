import { DEFAULT_API_BASE_URL, withoutTrailingSlashes } from './base-url.js'
import { getSessionJwtFromCookieHeader, type RequestWithCookie } from './cookies.js'
import { JWKS_PATH, type SessionClaims, verifySessionJwt } from './session-jwt.js'

/** Options of `KolayLoginBackendClient`. */
export type KolayLoginBackendClientOptions = {
  /**
   * Address of the server, with or without trailing slashes. Default: the environment variable
   * `KL_API_BASE_URL`, or else `https://api.kolaylogin.com`.
   */
  baseUrl?: string | undefined
  /** The `iss` that a session JWT must have. Without it any issuer passes whose key the server publishes. */
  issuer?: string | undefined
  /** An `aud` that a session JWT must have. Without it any audience passes. */
  audience?: string | undefined
}

/** Plan and features of the calling user. */
export type BillingSnapshot = {
  plan: { id: string; key: string | null; name: string } | null
  features: Array<{ key: string; name: string; description?: string }>
  status: string | null
}

/** What `has` is asked for. All that is given must be true. */
export type HasCheck = {
  /** Key of a plan. */
  plan?: string | undefined
  /** Key of a feature. */
  feature?: string | undefined
  /** Role in the active organization. */
  role?: string | undefined
}

/** Who is calling and what they may use. Signed out, every id is null and `has` is always false. */
export type AuthSnapshot = {
  userId: string | null
  sessionId: string | null
  orgId: string | null
  orgRole: string | null
  isSignedIn: boolean
  has: (check: HasCheck) => boolean
}

/** Tells a backend who is calling it, from the session cookie of the request. */
export class KolayLoginBackendClient {
  readonly #opts: KolayLoginBackendClientOptions

  /** @param opts Where the server is, and what its session JWTs must say. */
  constructor(opts: KolayLoginBackendClientOptions = {}) {
    this.#opts = opts
  }

  /** The URL of the server's public keys. */
  getJwksUrl(): string {
    return `${this.#baseUrl()}${JWKS_PATH}`
  }

  /**
   * Verifies a session JWT against the server's public keys.
   *
   * @param token The JWT, as the cookie `__session` holds it.
   * @throws As the function `verifySessionJwt` does.
   */
  async verifySessionJwt(token: string): Promise<SessionClaims> {
    const { issuer, audience } = this.#opts
    return verifySessionJwt(token, { jwksUrl: this.getJwksUrl(), issuer, audience })
  }

  /**
   * Verifies the session cookie of a request.
   *
   * @param req The request, with its `Cookie` header in `headers.cookie`.
   * @returns What the session JWT says, or null if the request has no cookie `__session`.
   * @throws As `verifySessionJwt` does, if the request has that cookie but it is not valid.
   */
  async getSessionFromRequest(req: RequestWithCookie): Promise<SessionClaims | null> {
    const token = getSessionJwtFromCookieHeader(req?.headers?.cookie)
    return token ? this.verifySessionJwt(token) : null
  }

  /**
   * Asks the server for the plan and the features of the user who sent a request.
   *
   * @param req The request; all of its cookies are passed on.
   * @returns The plan and the features, or null if the server does not answer with 2xx.
   * @throws Whatever `fetch` rejects with, and SyntaxError if a 2xx answer is not JSON.
   */
  async fetchMyBilling(req: RequestWithCookie): Promise<BillingSnapshot | null> {
    const cookie = req?.headers?.cookie
    const response = await fetch(`${this.#baseUrl()}/v1/billing/me`, {
      method: 'GET',
      headers: { accept: 'application/json', ...(cookie ? { cookie } : {}) },
    })
    if (!response.ok) return null
    return presentBilling((await response.json()) as BillingAnswer | null)
  }

  /**
   * Verifies the session of a request and reads the billing of its user, for code such as
   * `if (!(await client.auth(req)).has({ feature: 'export' })) return forbidden()`.
   *
   * @param req The request, with its `Cookie` header in `headers.cookie`.
   * @throws As `getSessionFromRequest` and `fetchMyBilling` do.
   */
  async auth(req: RequestWithCookie): Promise<AuthSnapshot> {
    const claims = await this.getSessionFromRequest(req)
    if (!claims) {
      return {
        userId: null,
        sessionId: null,
        orgId: null,
        orgRole: null,
        isSignedIn: false,
        has: () => false,
      }
    }
    const billing = await this.fetchMyBilling(req)
    return {
      userId: claims.sub ?? null,
      sessionId: claims.sid ?? null,
      orgId: claims.org ?? null,
      orgRole: claims.org_role ?? null,
      isSignedIn: true,
      has: ({ plan, feature, role }) =>
        (!role || claims.org_role === role) &&
        (!plan || billing?.plan?.key === plan) &&
        (!feature || (billing?.features.some(({ key }) => key === feature) ?? false)),
    }
  }

  // Read at each call, so that a client made at import time sees the environment that a program loads later.
  #baseUrl(): string {
    return withoutTrailingSlashes(
      this.#opts.baseUrl ?? globalThis.process?.env?.KL_API_BASE_URL ?? DEFAULT_API_BASE_URL,
    )
  }
}

type BillingAnswer = {
  plan?: { id: unknown; key?: string | null; name?: unknown } | null
  features?: FeatureAnswer[] | null
  status?: string | null
}

type FeatureAnswer = { key: unknown; name?: unknown; description?: string | null }

function presentBilling(answer: BillingAnswer | null): BillingSnapshot | null {
  if (!answer) return null
  const { plan, features, status } = answer
  return {
    plan: plan ? { id: String(plan.id), key: plan.key ?? null, name: String(plan.name ?? '') } : null,
    features: Array.isArray(features) ? features.map(presentFeature) : [],
    status: status ?? null,
  }
}

function presentFeature({ key, name, description }: FeatureAnswer): BillingSnapshot['features'][number] {
  return { key: String(key), name: String(name ?? key), ...(description == null ? {} : { description }) }
}
