import Type, { type Static, type TObject, type TSchema } from 'typebox'
import type { Access } from './access.js'
import type { ErrorDefinition } from './errors.js'
import type { EventDefinition } from './events.js'

/** How often one caller may do this. Counted in the database, so it holds across every node and restart. */
export interface RateLimit {
  /** What is counted: the caller's network address, the signed-in user, or one field of the body. */
  readonly by: 'address' | 'user' | `body.${string}`
  readonly requestsMax: number
  readonly windowSeconds: number
  /** The error of the request that is one too many. */
  readonly error: ErrorDefinition
}

/**
 * One thing that can be said on the wire, with everything that a reviewer, the documentation,
 * the server and the SDK need to know about it.
 */
export interface Route {
  /** `<nouns>.<verb>`: the name of the SDK method, of the OpenAPI operation and of the tests. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Parameters are written `:userId`; each is an id, and `params` names the error of one that is unknown. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly access: Access
  readonly params?: Readonly<Record<string, ErrorDefinition>>
  readonly query?: TObject
  readonly body?: TSchema
  /** A route that answers 302 sends the browser to the `location` of its response. */
  readonly status: 200 | 201 | 204 | 302
  readonly response?: TSchema
  readonly errors: readonly ErrorDefinition[]
  readonly emits: readonly EventDefinition[]
  /** Whether `Idempotency-Key` makes a repetition of this write answer what the first one answered. */
  readonly idempotent?: boolean
  readonly limits?: readonly RateLimit[]
  /** Whether a client may keep the answer and ask, with its `ETag`, whether it is still the one. */
  readonly etag?: boolean
  /**
   * Sets or clears the cookies of a browser's session. Where it is for users, the refresh token in the cookie
   * `__client` is enough: who was away for longer than a session token lives must still be able to sign out.
   */
  readonly cookies?: boolean
  /**
   * Speaks as OAuth 2 does (RFC 6749): the body is a form, in which more than the schema names may stand, and a
   * refusal is `{ error, error_description }`.
   */
  readonly style?: 'oauth'
  /** The id of the route whose handler does this one as well, in another environment or for another kind of caller. */
  readonly sameAs?: string
}

/** The response of a route that answers 302: where it sends the browser. There is no body. */
export const Redirection = Type.Object({ location: Type.String() })
export type Redirection = Static<typeof Redirection>

export function defineRoute<const R extends Route>(route: R): R {
  return route
}

/** A route once more for administrators: in the environment of the instance, done by the same handler. */
export function inInstance<R extends Route>(
  route: R,
  named: Pick<Route, 'id' | 'path'> & Partial<Pick<Route, 'access' | 'description' | 'summary'>>,
): R {
  const access = { ...route.access, scope: 'administration' }
  return { ...route, access, ...named, sameAs: route.id } as R
}

/** What a handler receives of a route, and what it must give back. */
export interface Input<R extends Route> {
  readonly params: { readonly [P in keyof R['params'] & string]: string }
  readonly query: R['query'] extends TSchema ? Static<R['query']> : Record<string, never>
  readonly body: R['body'] extends TSchema ? Static<R['body']> : undefined
}
export type Output<R extends Route> = R['response'] extends TSchema ? Static<R['response']> : undefined
