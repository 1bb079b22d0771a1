import type { Cookie } from '#kernel/call'

const none: Readonly<Record<string, string>> = Object.freeze(Object.create(null))

/** Reads a `Cookie` header (RFC 6265 section 4.2.1); of two cookies with one name the first counts. */
export function parseCookies(header: string | undefined): Readonly<Record<string, string>> {
  if (header === undefined) return none
  const cookies: Record<string, string> = Object.create(null)
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    if (equals > 0 && name && !(name in cookies)) cookies[name] = pair.slice(equals + 1).trim()
  }
  return cookies
}

/** Writes a `Set-Cookie` header (RFC 6265 section 4.1). `secure` says whether the server is reached by https. */
export function cookieHeader(cookie: Cookie, secure: boolean): string {
  return [
    `${cookie.name}=${cookie.value}`,
    'Path=/',
    `Max-Age=${cookie.maxAgeSeconds}`,
    ...(cookie.readable ? [] : ['HttpOnly']),
    // A browser drops SameSite=None without Secure, so over http it has to be lax.
    `SameSite=${cookie.sameSite === 'none' && secure ? 'None' : 'Lax'}`,
    ...(secure ? ['Secure'] : []),
  ].join('; ')
}
