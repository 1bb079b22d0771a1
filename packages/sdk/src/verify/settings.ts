import { ClavigerError } from '../errors.js'
import { type FetchFunction, readBaseUrl, readTimeoutMs } from '../options.js'

/** How the keys of one API are verified. */
export interface ApiKeyVerifierOptions {
  /** The audience of your API: credentials for another one are refused. */
  audience: string
  /**
   * `online`: requests carry the key itself, and the server is asked about each. A key that ended is refused at once,
   * and verifications are limited, paid for and counted.
   * `offline`: requests carry a token that their sender exchanged the key for. Only key set and revocations are
   * fetched now and then; a key that ended is refused within `maxStalenessSeconds`.
   */
  mode: 'online' | 'offline'
  /** Where the server is; absent: the environment variable `CLAVIGER_URL`, else `http://localhost:8080`. */
  baseUrl?: string | URL | undefined
  /** Online: a secret key with the permission `api_keys:verify`; absent: `CLAVIGER_SECRET_KEY`. */
  secretKey?: string | undefined
  /** Offline: the environment of the API as `<project slug>/<environment>`; absent: the default one of the server. */
  environment?: string | undefined
  /** Offline: what tokens name as their issuer, where `baseUrl` is not the public URL of the server. */
  issuer?: string | undefined
  /**
   * Offline: how old the list of revocations may be, 15–300; 30 when absent. Where it cannot be fetched for longer
   * than this, every request is refused.
   */
  maxStalenessSeconds?: number | undefined
  /** The scopes that every request needs. */
  scopes?: readonly string[] | undefined
  /** Milliseconds for one request to the server; 5,000 when absent. */
  timeoutMs?: number | undefined
  /** Sends the requests, instead of the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** Is told why a request could not be verified, for your log: the sender is only told to try again. */
  onError?: ((error: unknown) => void) | undefined
}

export interface Settings {
  readonly audience: string
  readonly baseUrl: string
  readonly secretKey: string | undefined
  readonly environment: string | undefined
  readonly issuer: string
  readonly maxStalenessSeconds: number
  readonly timeoutMs: number
  readonly fetch: FetchFunction
  readonly now: () => number
}

/** Fills in the defaults. Throws a `ClavigerError` for a value that cannot work. */
export function settleVerifier(options: ApiKeyVerifierOptions, now: () => number): Settings {
  const { audience, mode, environment, maxStalenessSeconds = 30 } = options
  if (!audience) throw new ClavigerError('audience must be the audience of your API.')
  if (mode !== 'online' && mode !== 'offline') throw new ClavigerError("mode must be 'online' or 'offline'.")
  if (environment !== undefined && !/^[\w-]+\/[\w-]+$/.test(environment))
    throw new ClavigerError('environment must be <project slug>/<environment>.')
  if (!(maxStalenessSeconds >= 15 && maxStalenessSeconds <= 300))
    throw new ClavigerError(`maxStalenessSeconds must be 15–300, not ${maxStalenessSeconds}.`)
  const baseUrl = readBaseUrl(options.baseUrl)
  return {
    audience,
    baseUrl,
    secretKey: options.secretKey,
    environment,
    issuer: options.issuer ?? baseUrl,
    maxStalenessSeconds,
    timeoutMs: readTimeoutMs(options.timeoutMs ?? 5_000),
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    now,
  }
}
