import { refuse, type Verdict } from './verdict.js'

/** The same for every framework: where a request went, and what it was sent with. */
export interface Sent {
  /** Path and query, or the whole URL. */
  readonly url: string
  readonly authorization: string | undefined
}

/**
 * The bearer token of RFC 6750 section 2.1. A credential in the URL is refused, whatever else was sent: it is in the
 * logs of every server on the way by now, and whoever sent it should learn that at once.
 */
export function credentialOf({ url, authorization }: Sent): { readonly credential: string } | Verdict {
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')
  for (const [name, value] of query) {
    const isForCredentials = /^(api[-_]?key|access[-_]?token)$/i.test(name)
    if (isForCredentials || /^k_(live|test)_/.test(value)) return refuse('credential_in_query')
  }
  if (!authorization) return refuse('missing_credential')
  const [, credential] = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization) ?? []
  return credential === undefined ? refuse('not_found') : { credential }
}
