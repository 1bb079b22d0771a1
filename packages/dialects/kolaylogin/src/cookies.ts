/** The part of a Node, Express or Next request that says who is calling. */
export type RequestWithCookie = { headers?: { cookie?: string | undefined } | undefined }

/**
 * Reads a `Cookie` header into names and URL-decoded values.
 *
 * Parts without a name or without `=` are skipped, and of two cookies with one name the last wins. It never
 * throws: a value with malformed percent-encoding is kept as it came, because the cookies of a request are
 * not all ours, and one bad neighbour must not sign a user out.
 *
 * @param cookieHeader The header's value; null, undefined and the empty string hold no cookies.
 */
export function parseCookieHeader(cookieHeader: string | null | undefined): Record<string, string> {
  const cookies: Record<string, string> = {}
  for (const part of cookieHeader?.split(';') ?? []) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const name = part.slice(0, equals).trim()
    if (name) cookies[name] = urlDecoded(part.slice(equals + 1).trim())
  }
  return cookies
}

/**
 * Finds the session JWT, which is the value of the cookie `__session`.
 *
 * @param cookieHeader The `Cookie` header's value, or null or undefined if there was none.
 * @returns The JWT, not verified, or null if there is no such cookie.
 */
export function getSessionJwtFromCookieHeader(cookieHeader: string | null | undefined): string | null {
  return parseCookieHeader(cookieHeader).__session ?? null
}

function urlDecoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
