import { createHash } from 'node:crypto'
import { header, type WireRequest, type WireResponse } from './wire.js'

/**
 * An answer with its entity tag; without its body for whoever has it already (RFC 9110 section 13.1.2). It may be
 * kept, by caches on the way as well, and used only after having been asked for again: nobody sees an old one.
 */
export function ifChanged(request: WireRequest, response: WireResponse): WireResponse {
  const etag = `"${createHash('sha256').update(response.body).digest('base64url')}"`
  const headers = { ...response.headers, 'cache-control': 'no-cache', etag }
  const known = (header(request, 'if-none-match') ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes(etag) ? { ...response, headers, status: 304, body: '' } : { ...response, headers }
}
