import { STATUS_CODES } from 'node:http'
import type { Failure } from '#kernel/failure'

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

/** When to ask again, where asking again may help. */
export function retryHeaders({ definition, data }: Failure): Record<string, string> {
  const seconds = data.retryAfterSeconds ?? (definition.status === 503 ? 1 : undefined)
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}
