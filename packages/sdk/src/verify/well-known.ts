import type { FetchFunction } from '../options.js'

/** An answer of a server, or that nothing has changed. */
export type Answer = { readonly json: unknown; readonly etag: string | undefined } | 'unchanged'

/** Asks for a public document of the server. Nothing that a token says decides where, nor does a redirection. */
export async function askFor(
  url: string,
  { fetch, timeoutMs, etag }: { fetch: FetchFunction; timeoutMs: number; etag?: string | undefined },
): Promise<Answer> {
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) }
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  if (response.status === 304 && etag !== undefined) return 'unchanged'
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`)
  return { json: await response.json(), etag: response.headers.get('etag') ?? undefined }
}

/** The member of something that came from elsewhere. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
