import { ClavigerError } from './errors.js'
import type { Input, Operation } from './operation.js'
import { type CallOptions, type Settings, setHeader } from './options.js'

/** A request as it will be sent, but for the credential; the same for every attempt. */
export interface WireRequest {
  readonly operation: Operation
  readonly url: string
  readonly headers: Headers
  readonly body: string | undefined
}

/** Puts a call into words. Throws a `ClavigerError` for what cannot be said. */
export function composeRequest(
  operation: Operation,
  input: Input,
  options: CallOptions,
  settings: Settings,
): WireRequest {
  return {
    operation,
    url: settings.baseUrl + pathOf(operation, input.params ?? {}) + searchOf(input.query ?? {}),
    headers: headersOf(operation, input, options, settings),
    body: input.body === undefined ? undefined : JSON.stringify(input.body),
  }
}

function pathOf(operation: Operation, params: Readonly<Record<string, string>>): string {
  return operation.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name]
    // URL parsers remove dot segments, also encoded ones, and an empty segment names the whole collection:
    // the request would arrive at another route.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
      throw new ClavigerError(
        `${operation.id}: ${name} must be a string that is not empty and not only dots.`,
      )
    }
    return encodeURIComponent(value)
  })
}

function searchOf(query: object): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value))
  }
  return search.size === 0 ? '' : `?${search}`
}

function headersOf(operation: Operation, input: Input, options: CallOptions, settings: Settings): Headers {
  const headers = new Headers(settings.headers)
  if (input.body !== undefined) headers.set('content-type', 'application/json')
  for (const [name, value] of Object.entries(options.headers ?? {})) setHeader(headers, name, value)
  if (options.idempotencyKey !== undefined) {
    // Ignored, it would let the caller believe that a repetition is safe.
    if (!operation.idempotent) {
      throw new ClavigerError(`${operation.id} does not honour an idempotency key; leave it out.`)
    }
    setHeader(headers, 'idempotency-key', options.idempotencyKey)
  } else if (operation.idempotent && !headers.has('idempotency-key')) {
    headers.set('idempotency-key', newIdempotencyKey())
  }
  return headers
}

function newIdempotencyKey(): string {
  // Pages that came over plain http have no randomUUID.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join('-')
}
