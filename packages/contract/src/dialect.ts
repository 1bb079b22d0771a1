import type { Input, Output, Route } from './define/index.js'

/** A request in the words of another vendor. */
export interface DialectRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  /** JSON as it is; a form as an object of its fields; undefined where there was no body, or an empty one. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** An answer in the words of another vendor; the body is sent as JSON, and none where it is undefined. */
export interface DialectResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** As it is, save that what may be absent may be undefined as well: it is left out. */
type OrUndefined<T> = T extends object
  ? { readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }
  : T

/** What one call of the API is given; `environment` is named as `Claviger-Environment` names it. */
export interface Said<R extends Route> {
  readonly params?: Input<R>['params']
  readonly query?: OrUndefined<Input<R>['query']>
  readonly body?: OrUndefined<Input<R>['body']>
  readonly environment?: string | undefined
  /** The bearer token to call with, where it is not that of the request: a session that a call before this one began. */
  readonly credential?: string
}

/**
 * Calls an operation of the API for whoever sent the request: with its credential, and through everything that a
 * request over HTTP goes through. Throws a `Refusal` where that would have been answered with an error.
 */
export type Caller = <R extends Route>(route: R, said?: Said<R>) => Promise<Output<R>>

/** What the API refused, or what the vendor's own wire does. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** The code of the API's error, or one of the vendor's own. */
  readonly code: string
  /** What the message was made from, such as the name of a missing permission. */
  readonly data: Readonly<Record<string, string | number | boolean>>

  constructor(status: number, code: string, message: string, data: Refusal['data'] = {}) {
    super(message)
    this.status = status
    this.code = code
    this.data = data
  }
}

/** What a dialect knows of the installation that it speaks for. */
export interface DialectSetting {
  readonly publicUrl: string
  /** The environment of requests that name none, as `Claviger-Environment` names it. */
  readonly defaultEnvironment: string
  readonly requestId: string
  /** The time at which the request is answered, by the clock of the server. */
  readonly nowMs: number
  /** The cursor of the page that begins after this item of a list, for vendors who name the item itself. */
  readonly cursorAfter: (item: { readonly createdAt: string; readonly id: string }) => string
}

/** One route of the vendor: their request, our operations, their answer. */
export interface DialectRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly handle: (
    request: DialectRequest,
    call: Caller,
    setting: DialectSetting,
  ) => Promise<DialectResponse>
}

/** The wire of another vendor, translated into calls of the API. It has no state, and decides nothing. */
export interface Dialect {
  readonly name: string
  readonly routes: readonly DialectRoute[]
  /** The credential of a request as a bearer token, where it may be elsewhere than in `Authorization`. */
  readonly credential?: (request: DialectRequest) => string | undefined
  /** Whether pages of the allowed origins of an environment may call it; never with cookies. */
  readonly isForBrowsers?: boolean
  /** How the vendor's clients are told of a refusal. Headers such as `Retry-After` are added to it. */
  readonly refuse: (refusal: Refusal, setting: DialectSetting) => DialectResponse
}
