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
    example: '"default";r=99;t=30',
  },
  'RateLimit-Policy': {
    description: 'The limit in force: a quota and its window in seconds.',
    schema: { type: 'string' },
    example: '"default";q=100;w=60',
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
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: '5f0c2f0e-6a35-4c1a-9a44-3c1b8b6e5d57',
}

export function headersOf(...names: readonly ResponseHeader[]): Record<string, Reference> {
  const standard = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'] as const
  return Object.fromEntries(
    [...standard, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  )
}
