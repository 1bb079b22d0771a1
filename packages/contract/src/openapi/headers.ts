import type { Route } from '../define/index.js'
import type { Header, Parameter, Reference } from './document.js'

/** The headers that answers carry, by the name under which the document keeps them. */
export const responseHeaders = {
  'X-Request-Id': {
    description: 'The id of this request: the one that was sent, where it was acceptable, else a new one.',
    schema: { type: 'string' },
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  },
  RateLimit: {
    description:
      'What is left of the quota, and the seconds until it is whole (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string' },
    example: '"key";r=599999;t=30',
  },
  'RateLimit-Policy': {
    description: 'The limit in force: a quota and its window in seconds.',
    schema: { type: 'string' },
    example: '"key";q=600000;w=60',
  },
  Deprecation: {
    description: 'Since when the key of the request is deprecated (RFC 9745). Only where it is.',
    schema: { type: 'string' },
    example: '@1795737600',
  },
  Sunset: {
    description: 'When the deprecated key of the request stops working (RFC 8594).',
    schema: { type: 'string' },
    example: 'Sun, 29 Nov 2026 00:00:00 GMT',
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 6750 section 3).',
    schema: { type: 'string' },
    example: 'Bearer realm="claviger"',
  },
  'Retry-After': {
    description: 'Seconds to wait before the next attempt.',
    schema: { type: 'integer', minimum: 0 },
    example: 30,
  },
  'Idempotency-Replayed': {
    description: '`true` when this is the stored answer of the first request with the same key.',
    schema: { type: 'string', enum: ['true'] },
  },
  ETag: {
    description:
      'Names this very answer. Sent as `If-None-Match` it is answered 304 without a body for as long as nothing has ' +
      'changed (RFC 9110 section 13.1.2).',
    schema: { type: 'string' },
    example: '"mTf0uOQwYk2cI0v0qUe8w0H0k7gC2bqj0S2s8Z5r1vQ"',
  },
  'Set-Cookie': {
    description: 'Sets or clears `__session` and `__client`, the cookies of a browser’s session.',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, Header>

export type ResponseHeader = keyof typeof responseHeaders

export const idempotencyHeader: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A name for this write, made by the caller. A repetition within 24 h answers what the first one ' +
    'answered (draft-ietf-httpapi-idempotency-key-header).',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  example: '5f0c2f0e-6a35-4c1a-9a44-3c1b8b6e5d57',
}

/** Whether requests of a route are counted: by secret key, or because the route has limits of its own. */
export function isCounted({ access, limits }: Route): boolean {
  return access.by === 'backend' || limits !== undefined
}

/** What answers to a key that is on its way out carry. */
export const deprecationHeaders = ['Deprecation', 'Sunset'] as const satisfies readonly ResponseHeader[]

export const limitHeaders = ['RateLimit', 'RateLimit-Policy'] as const satisfies readonly ResponseHeader[]

/** References to the headers of an answer; every answer carries its request id. */
export function headersOf(...names: readonly ResponseHeader[]): Record<string, Reference> {
  const all: readonly ResponseHeader[] = ['X-Request-Id', ...names]
  return Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
