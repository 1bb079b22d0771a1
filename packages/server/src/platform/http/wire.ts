import type { Client, Cookie } from '#kernel/call'

/** A request without its transport: what Fastify received, or what a dialect translated. */
export interface WireRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Record<string, unknown>
  /** Undefined when no body was sent. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly client: Client
  readonly requestId: string
  /** Whether it is a part of a request for which the caller was counted already. */
  readonly isCounted?: boolean
}

export const jsonContent = 'application/json; charset=utf-8'
/** Of problem details (RFC 9457). */
export const problemContent = 'application/problem+json; charset=utf-8'

/**
 * The headers of an answer. Whoever has something to say writes it into the one object that a request has: to put
 * several objects together for each answer would take longer than most handlers do.
 */
export type AnswerHeaders = Record<string, string>

/** An answer without its transport; the body is serialized already, or empty. */
export interface WireResponse {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly cookies: readonly Cookie[]
  readonly body: string
}

/** One header as text; a header sent twice is not one that any of ours may be. */
export function header(request: Pick<WireRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
