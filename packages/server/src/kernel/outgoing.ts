/** What a request to another server is made of. */
export interface OutgoingRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams | Uint8Array | ArrayBuffer | ReadableStream | null | undefined
  readonly signal?: AbortSignal | undefined
}

/** The way out over HTTP: as `fetch`, but nowhere that is not meant to be reached, and never by a redirect. */
export type GuardedFetch = (url: string, request?: OutgoingRequest) => Promise<Response>

/** Why another server was not asked, or gave no answer that is taken. */
export class OutgoingError extends Error {
  override readonly name = 'OutgoingError'
}
