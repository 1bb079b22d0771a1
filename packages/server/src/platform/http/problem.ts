import { STATUS_CODES } from 'node:http'
import { errors, oauthError } from '@claviger/contract'
import type { Failure } from '#kernel/failure'
import type { AnswerHeaders } from './wire.js'

/**
 * An error as every client can read it: problem details (RFC 9457), and beside them the members that
 * existing clients of the same paths look at (`message`, `statusCode`, `error`).
 */
export function problemBody(failure: Failure, requestId: string): string {
  const { definition, data } = failure
  const extensions = Object.keys(definition.extensions ?? {}).map((name) => [name, data[name]])
  return JSON.stringify({
    type: `urn:claviger:error:${definition.code}`,
    title: definition.title,
    status: definition.status,
    detail: failure.message,
    code: definition.code,
    requestId,
    errors: failure.problems,
    message: definition.message ?? failure.message,
    statusCode: definition.status,
    error: STATUS_CODES[definition.status] ?? 'Error',
    ...Object.fromEntries(extensions),
  })
}

/** The same for an OAuth client (RFC 6749 section 5.2), whose descriptions have neither quotes nor letters of others. */
export function oauthErrorBody(failure: Failure): string {
  const { definition, message, problems } = failure
  const description =
    problems.length === 0
      ? message
      : problems.map(({ pointer, detail }) => `${pointer.slice(1) || 'the request'} ${detail}`).join('; ')
  return JSON.stringify({
    error: oauthError(definition),
    error_description: description.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?'),
  })
}

/** How to authenticate, where a request was refused for want of that. */
export function challenge(headers: AnswerHeaders, { definition }: Failure): void {
  if (definition.status !== 401) return
  const scheme = definition === errors.invalid_client ? 'Basic' : 'Bearer'
  headers['www-authenticate'] = `${scheme} realm="claviger"`
}

/** When to ask again, where asking again may help. */
export function tellWhenToRetry(headers: AnswerHeaders, { definition, data }: Failure): void {
  const seconds = data.retryAfterSeconds ?? (definition.status === 503 ? 1 : undefined)
  if (seconds !== undefined) headers['retry-after'] = String(seconds)
}
