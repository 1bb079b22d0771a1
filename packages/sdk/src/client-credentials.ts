import { ClavigerError } from './errors.js'
import { type FetchFunction, readBaseUrl } from './options.js'
import { realTiming, type Timing } from './timing.js'

/** An application, and what its tokens are to be for. */
export interface ClientCredentials {
  clientId: string
  clientSecret: string
  /** The audience of the API that the tokens are for; absent: this server itself, by its `baseUrl`. */
  audience?: string | undefined
  /** The scopes of the tokens; absent: all that the application is allowed. */
  scopes?: readonly string[] | undefined
  /** Where the server is; absent: the environment variable `CLAVIGER_URL`, else `http://localhost:8080`. */
  baseUrl?: string | URL | undefined
  /** Sends the requests, instead of the global `fetch`. */
  fetch?: FetchFunction | undefined
}

/** Of its lifetime, how much a token must have left to be used once more, and never more than this. */
const reservedShare = 0.1
const reservedMsMax = 60_000
/** Of a token whose lifetime nobody tells. */
const defaultLifetimeSeconds = 60

/**
 * Access tokens for client credentials (RFC 6749 section 4.4). One is asked for when it is first needed, kept until it
 * is nearly over, and shared by all who need it meanwhile.
 *
 * @example
 * const client = new Claviger({ accessToken: clientCredentials({ clientId, clientSecret }) })
 *
 * @returns A function that gives the token to use now; it rejects with a `ClavigerError` when there is none to be had.
 */
export function clientCredentials(
  application: ClientCredentials,
  timing: Pick<Timing, 'now'> = realTiming,
): () => Promise<string> {
  const baseUrl = readBaseUrl(application.baseUrl)
  let current: Promise<IssuedToken> | undefined

  async function ask(): Promise<IssuedToken> {
    const { token, lifetimeMs } = await requestToken(application, baseUrl)
    const reservedMs = Math.min(lifetimeMs * reservedShare, reservedMsMax)
    return { token, usableUntilMs: timing.now() + lifetimeMs - reservedMs }
  }

  return async function accessToken(): Promise<string> {
    current ??= ask()
    const asked = current
    // Whoever comes after a failure, or after the end of a token, asks for another one; the first of them for all.
    const forget = () => {
      if (current === asked) current = undefined
    }
    const { token, usableUntilMs } = await asked.catch((error) => {
      forget()
      throw error
    })
    if (timing.now() < usableUntilMs) return token
    forget()
    return accessToken()
  }
}

interface IssuedToken {
  readonly token: string
  readonly usableUntilMs: number
}

async function requestToken(
  { clientId, clientSecret, audience, scopes, fetch = globalThis.fetch }: ClientCredentials,
  baseUrl: string,
): Promise<{ token: string; lifetimeMs: number }> {
  const form = {
    grant_type: 'client_credentials',
    audience: audience ?? `${baseUrl}/api`,
    client_id: clientId,
    client_secret: clientSecret,
    ...(scopes && { scope: scopes.join(' ') }),
  }
  const response = await fetch(`${baseUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
  }).catch((cause) => {
    throw new ClavigerError('The server that issues access tokens was not reached.', { cause })
  })
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>
  if (response.ok && typeof answer.access_token === 'string') {
    return {
      token: answer.access_token,
      lifetimeMs: (Number(answer.expires_in) || defaultLifetimeSeconds) * 1_000,
    }
  }
  const { error = response.status, error_description: description = 'It said nothing else.' } = answer
  throw new ClavigerError(`The server issued no access token (${error}). ${description}`)
}
