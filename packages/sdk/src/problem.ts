import { withoutToken } from './credential.js'
import { type ApiError, apiError, ConnectionError, type RequestProblem } from './errors.js'
import { retryAfterSeconds } from './retry.js'

/** Who was asked what: what an error may say, and the token that it must not. */
export interface Asked {
  readonly operation: string
  readonly baseUrl: string
  readonly token: string | undefined
}

/**
 * The error of an answer: a problem document (RFC 9457), or whatever something in between has written.
 *
 * @param nowMs Milliseconds since 1970, for a `Retry-After` that is a date.
 */
export function readProblem(response: Response, text: string, asked: Asked, nowMs: number): ApiError {
  return errorOf(response, parseObject(withoutToken(text, asked.token)) ?? {}, text, asked, nowMs)
}

/** The error of an answer that says success, and that Claviger cannot have written. */
export function unexpectedResponse(response: Response, text: string, asked: Asked, nowMs: number): ApiError {
  return errorOf(response, {}, text, asked, nowMs)
}

function errorOf(
  response: Response,
  problem: Record<string, unknown>,
  text: string,
  asked: Asked,
  nowMs: number,
): ApiError {
  const said = (name: string): string | undefined => {
    const value = problem[name]
    return typeof value === 'string' ? value : undefined
  }
  return apiError({
    status: response.status,
    code: said('code') ?? 'unexpected_response',
    type: said('type') ?? 'about:blank',
    title: said('title') ?? 'Unexpected response',
    detail: said('detail') ?? said('message') ?? describeAnswer(response, text, asked),
    requestId: said('requestId') ?? response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), nowMs),
    headers: publicHeaders(response.headers, asked.token),
    errors: Array.isArray(problem.errors) ? (problem.errors as RequestProblem[]) : [],
  })
}

/**
 * The error of a request that got no whole answer. The cause is put into words instead of attached,
 * because a `fetch` that a program brought along may attach the request with its headers.
 */
export function connectionError(error: unknown, asked: Asked): ConnectionError {
  let reason = 'the connection broke'
  let code: string | undefined
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    // An address that resolves to several has one error for each, and none of its own in words.
    const first = cause instanceof AggregateError ? cause.errors[0] : undefined
    reason = cause.message || (first instanceof Error ? first.message : '') || reason
    const { code: named } = cause as { code?: unknown }
    if (typeof named === 'string') code = named
  }
  const message = `${asked.operation}: no answer from ${asked.baseUrl}: ${reason}`
  return new ConnectionError(withoutToken(message, asked.token), code)
}

/** The object in a JSON text; undefined for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function describeAnswer(response: Response, text: string, asked: Asked): string {
  const location = response.headers.get('location')
  const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
  if (isRedirect) {
    const to = location ? ` to ${withoutToken(location, asked.token)}` : ''
    return `${asked.baseUrl} redirects${to}. Redirects are not followed: set baseUrl to where the server is.`
  }
  const type = response.headers.get('content-type') ?? 'no content type'
  const excerpt = withoutToken(text, asked.token).replace(/\s+/g, ' ').trim().slice(0, 200)
  const quote = excerpt === '' ? 'an empty body' : `"${excerpt}"`
  return `${asked.baseUrl} answered ${asked.operation} with ${response.status}, ${type} and ${quote}.`
}

function publicHeaders(headers: Headers, token: string | undefined): Headers {
  const shown = new Headers()
  for (const [name, value] of headers) {
    if (name !== 'set-cookie' && !(token && value.includes(token))) shown.append(name, value)
  }
  return shown
}
