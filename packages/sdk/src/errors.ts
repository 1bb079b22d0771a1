import type { ErrorCode } from './generated/error-codes.js'

/** Everything that this package throws. A secret key is in no message and in no property of it. */
export class ClavigerError extends Error {
  override name = 'ClavigerError'
}

/** One thing that is wrong with a request. */
export interface RequestProblem {
  /** Where: a JSON pointer into the body (RFC 6901), or the name of the parameter. */
  pointer: string
  code: string
  /** A sentence that says what would be right. */
  detail: string
}

/** What an answer says about a failure: RFC 9457, with the fields that Claviger adds. */
export interface ApiErrorFields {
  readonly status: number
  readonly code: string
  readonly type: string
  readonly title: string
  readonly detail: string
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly headers: Headers
  readonly errors: readonly RequestProblem[]
}

/** The server answered that it did not do what was asked. */
export class ApiError extends ClavigerError {
  override name = 'ApiError'
  /** The HTTP status. */
  readonly status: number
  /**
   * What went wrong, for programs to compare: public and permanent. A newer server may answer codes
   * that this version does not list. `unexpected_response` is an answer that Claviger did not write,
   * such as the error page of a proxy.
   */
  readonly code: ErrorCode | 'unexpected_response' | (string & {})
  /** A URI of the kind of problem. */
  readonly type: string
  /** A summary that is the same for every occurrence of the code. */
  readonly title: string
  /** The sentence for this occurrence. */
  readonly detail: string
  /** Find the request in the logs of the server by it. */
  readonly requestId: string | undefined
  /** Seconds to wait before asking again, where the server says so. */
  readonly retryAfterSeconds: number | undefined
  /** The headers of the answer, without cookies. */
  readonly headers: Headers
  /** Every single problem of an `invalid_request`; else empty. */
  readonly errors: readonly RequestProblem[]

  constructor(fields: ApiErrorFields) {
    const request = fields.requestId === undefined ? '' : `, request ${fields.requestId}`
    super(`${fields.detail} (${fields.status} ${fields.code}${request})`)
    this.status = fields.status
    this.code = fields.code
    this.type = fields.type
    this.title = fields.title
    this.detail = fields.detail
    this.requestId = fields.requestId
    this.retryAfterSeconds = fields.retryAfterSeconds
    this.headers = fields.headers
    this.errors = fields.errors
  }
}

/** 400: the request is not valid. `errors` says where. */
export class BadRequestError extends ApiError {
  override name = 'BadRequestError'
}

/** 401: no credential, or not a valid one. */
export class AuthenticationError extends ApiError {
  override name = 'AuthenticationError'
}

/** 403: the credential is valid and may not do this. */
export class PermissionDeniedError extends ApiError {
  override name = 'PermissionDeniedError'
}

/** 404: there is no such thing in this environment. */
export class NotFoundError extends ApiError {
  override name = 'NotFoundError'
}

/** 409: what exists does not admit the change. */
export class ConflictError extends ApiError {
  override name = 'ConflictError'
}

/** 410: it was there, and is over. */
export class GoneError extends ApiError {
  override name = 'GoneError'
}

/** 422: well-formed, and contradicts an earlier request. */
export class UnprocessableError extends ApiError {
  override name = 'UnprocessableError'
}

/** 429: too many requests; `retryAfterSeconds` says when there is room again. */
export class RateLimitError extends ApiError {
  override name = 'RateLimitError'
}

/** 500 and above: the server, or something in front of it, failed. */
export class InternalServerError extends ApiError {
  override name = 'InternalServerError'
}

/** The server was not reached, or the connection broke before the whole answer was there. */
export class ConnectionError extends ClavigerError {
  override name = 'ConnectionError'
  /** What the runtime calls it, such as `ECONNREFUSED`; undefined where it has no name for it. */
  readonly code: string | undefined

  constructor(message: string, code: string | undefined, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** There was no answer within `timeoutMs`. Whether the server did what was asked is not known. */
export class TimeoutError extends ClavigerError {
  override name = 'TimeoutError'
}

/** The caller's `signal` ended the call; `cause` is the reason it gave. */
export class AbortedError extends ClavigerError {
  override name = 'AbortedError'
}

const classOfStatus: Readonly<Record<number, typeof ApiError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  422: UnprocessableError,
  429: RateLimitError,
}

/** The error of an answer, in the class of its status. */
export function apiError(fields: ApiErrorFields): ApiError {
  const ErrorClass = classOfStatus[fields.status] ?? (fields.status >= 500 ? InternalServerError : ApiError)
  return new ErrorClass(fields)
}

/**
 * Lets `instanceof` recognise the errors of another copy of this package too: a program that loads it by
 * `import` in one place and by `require` in another has two copies of every class.
 */
for (const [name, errorClass] of Object.entries({
  ClavigerError,
  ApiError,
  BadRequestError,
  AuthenticationError,
  PermissionDeniedError,
  NotFoundError,
  ConflictError,
  GoneError,
  UnprocessableError,
  RateLimitError,
  InternalServerError,
  ConnectionError,
  TimeoutError,
  AbortedError,
})) {
  const mark = Symbol.for(`@claviger/sdk/${name}`)
  Object.defineProperty(errorClass.prototype, mark, { value: true })
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class that a program derives from one of these inherits this function, but not the mark's meaning.
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this as typeof Error, value)
      return typeof value === 'object' && value !== null && mark in value
    },
  })
}
