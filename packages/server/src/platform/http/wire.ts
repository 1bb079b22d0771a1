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

/** An answer without its transport; the body is serialized already, or empty. */
export interface WireResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly cookies: readonly Cookie[]
  readonly body: string
}

/** One header as text; a header sent twice is not one that any of ours may be. */
export function header(request: Pick<WireRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
