import { KolayLoginBackendClient, type KolayLoginBackendClientOptions } from './backend-client.js'
import type { RequestWithCookie } from './cookies.js'
import type { SessionClaims } from './session-jwt.js'

/** Either the session, or the status and reason to refuse the request with. */
export type RequireSessionResult<TSession = SessionClaims> =
  | { ok: true; session: TSession }
  | { ok: false; status: 401; reason: 'missing_session' | 'invalid_session' }

/**
 * Decides whether a request comes from a signed-in user.
 *
 * @param req The request, with its `Cookie` header in `headers.cookie`.
 * @param opts Where the server is, and what its session JWTs must say.
 * @returns `missing_session` if there is no cookie `__session`, and `invalid_session` if it does not verify
 *   for any reason, the server's keys being out of reach included. It does not throw.
 */
export async function requireSession(
  req: RequestWithCookie,
  opts: KolayLoginBackendClientOptions,
): Promise<RequireSessionResult> {
  try {
    const session = await new KolayLoginBackendClient(opts).getSessionFromRequest(req)
    return session ? { ok: true, session } : { ok: false, status: 401, reason: 'missing_session' }
  } catch {
    return { ok: false, status: 401, reason: 'invalid_session' }
  }
}
