import { Credential, type TokenSource } from './credential.js'
import { ClavigerError } from './errors.js'
import { environmentVariable, isBrowser, userAgent } from './host.js'

/** How a client reaches a server, and as whom. At most one of the four credentials may be given. */
export interface ClavigerOptions {
  /**
   * A secret key (`sk_live_…`, `sk_test_…`): full power over its environment, so for servers only. Absent,
   * and without another credential or publishable key: the environment variable `CLAVIGER_SECRET_KEY`,
   * where there is one. `null`: no credential at all.
   */
  secretKey?: string | null | undefined
  /** The session token of an end user, or a function that gives the current one before each request. */
  sessionToken?: TokenSource | undefined
  /** An access token of an application; `clientCredentials()` gives the one to use now. */
  accessToken?: TokenSource | undefined
  /** The token of an administrator of the server, or a function that gives the current one. */
  operatorToken?: TokenSource | undefined
  /** A publishable key (`pk_…`): names the environment of a request without credential; has no power. */
  publishableKey?: string | undefined
  /** The environment that an administrator works in, as `<project slug>/<environment>`. */
  environment?: string | undefined
  /** Where the server is; absent: the environment variable `CLAVIGER_URL`, else `http://localhost:8080`. */
  baseUrl?: string | URL | undefined
  /** Milliseconds for one call with all its attempts and the waits between them; 30,000 when absent. */
  timeoutMs?: number | undefined
  /** How often a failed attempt is repeated, where that is safe; 2 when absent, 0 for never. */
  maxRetries?: number | undefined
  /** Sends the requests, instead of the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** Headers for every request. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Stands at the end of `User-Agent`, to recognise a program by: `my-shop/1.4`. */
  userAgentSuffix?: string | undefined
  /** Is told of every attempt (`debug`) and every retry (`warn`), and of nothing secret; `console` is one. */
  logger?: Logger | undefined
  /** Is called before every attempt and may add headers, as `traceparent`. What it throws fails the call. */
  onRequest?: ((request: OutgoingRequest) => void | Promise<void>) | undefined
  /** Is called after every answer, good or bad. What it throws fails the call. */
  onResponse?: ((response: IncomingResponse) => void | Promise<void>) | undefined
  /** Lets a secret key be used in a browser, where everyone who opens the page can read it. */
  dangerouslyAllowBrowser?: boolean | undefined
}

/** Settings of one call; each overrides the client's. */
export interface CallOptions {
  /** Ends the call with an `AbortedError`. */
  signal?: AbortSignal | undefined
  /** Milliseconds for the call with all its attempts and the waits between them. */
  timeoutMs?: number | undefined
  /** How often a failed attempt is repeated, where that is safe. */
  maxRetries?: number | undefined
  /**
   * 1–255 printable ASCII characters. A repetition with the same key within 24 h answers what the first
   * request answered and does nothing. Absent: a new one for each call, the same for its attempts. Only for
   * methods whose documentation says that they honour it; the others throw.
   */
  idempotencyKey?: string | undefined
  /** Headers for this call. */
  headers?: Readonly<Record<string, string>> | undefined
}

/** The part of `fetch` that is used. */
export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>

/** Where to write what happens; fields hold no ids, no query and no headers. */
export interface Logger {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void
  warn(message: string, fields: Readonly<Record<string, unknown>>): void
}

/** One attempt before it is sent. */
export interface OutgoingRequest {
  /** The method of the client, such as `users.list`. */
  readonly operation: string
  readonly method: string
  readonly url: string
  /** May be changed. `Authorization` is added afterwards, so that nobody logs a key by accident. */
  readonly headers: Headers
  /** 0 for the first attempt. */
  readonly attempt: number
}

/** One answer. */
export interface IncomingResponse {
  /** The method of the client, such as `users.list`. */
  readonly operation: string
  readonly method: string
  readonly url: string
  readonly status: number
  readonly headers: Headers
  /** 0 for the first attempt. */
  readonly attempt: number
  /** Milliseconds from sending the request to the last byte of the answer. */
  readonly durationMs: number
}

/** Options with every default filled in. */
export interface Settings {
  readonly credential: Credential
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly maxRetries: number
  readonly fetch: FetchFunction
  readonly headers: Headers
  /** Whether cookies go to another origin: only of a page that has no other credential. */
  readonly sendsCookies: boolean
  readonly logger: Logger | undefined
  readonly onRequest: ClavigerOptions['onRequest']
  readonly onResponse: ClavigerOptions['onResponse']
}

/** Fills in the defaults. Throws a `ClavigerError` for a value that cannot work. */
export function settle(options: ClavigerOptions): Settings {
  const credential = credentialOf(options)
  return {
    credential,
    baseUrl: readBaseUrl(options.baseUrl),
    timeoutMs: readTimeoutMs(options.timeoutMs ?? 30_000),
    maxRetries: readMaxRetries(options.maxRetries ?? 2),
    // Looked up at each call, and called as a property of its owner: Workers refuse a detached fetch.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    headers: headersOf(options),
    sendsCookies: isBrowser() && !credential.isPresent,
    logger: options.logger,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
  }
}

/** Sets a header. The message of the runtime would quote the value, which may be a key. */
export function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value)
  } catch {
    throw new ClavigerError(`The header ${name} has a name or a value that HTTP cannot carry.`)
  }
}

/** A timeout that a timer can keep; anything else would fire at once. */
export function readTimeoutMs(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs
  throw new ClavigerError(`timeoutMs must be more than 0 and less than 2^31, not ${timeoutMs}.`)
}

export function readMaxRetries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries
  throw new ClavigerError(`maxRetries must be a whole number from 0, not ${maxRetries}.`)
}

function credentialOf(options: ClavigerOptions): Credential {
  const given = (['secretKey', 'accessToken', 'sessionToken', 'operatorToken'] as const).flatMap((name) => {
    const source = options[name]
    return source === undefined || source === null ? [] : [{ name, source }]
  })
  if (given.length > 1) {
    const names = given.map(({ name }) => name).join(' and ')
    throw new ClavigerError(`${names} were given. A request has one credential: make a client for each.`)
  }
  const allowsBrowser = options.dangerouslyAllowBrowser === true
  if (given[0]) return new Credential(given[0].name, given[0].source, allowsBrowser)
  // A client that was made with a publishable key speaks for a visitor: it must not become powerful because
  // the machine it runs on happens to hold a secret key.
  const isAnonymous = options.secretKey === null || options.publishableKey !== undefined
  const name = 'CLAVIGER_SECRET_KEY'
  return new Credential(name, isAnonymous ? undefined : environmentVariable(name), allowsBrowser)
}

function headersOf(options: ClavigerOptions): Headers {
  const headers = new Headers({ accept: 'application/json' })
  // A page may not set it everywhere, and where it may, it makes every request a preflighted one.
  if (!isBrowser()) setHeader(headers, 'user-agent', userAgent(options.userAgentSuffix))
  if (options.publishableKey !== undefined) setHeader(headers, 'x-publishable-key', options.publishableKey)
  if (options.environment !== undefined) setHeader(headers, 'claviger-environment', options.environment)
  for (const [name, value] of Object.entries(options.headers ?? {})) setHeader(headers, name, value)
  return headers
}

/** Where the server is, without a slash at its end. */
export function readBaseUrl(given: string | URL | undefined): string {
  const value = given ?? environmentVariable('CLAVIGER_URL') ?? 'http://localhost:8080'
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href.replace(/\/+$/, '')
  // Not quoted: what does not belong into a URL may be a password.
  throw new ClavigerError('baseUrl must be an http or https URL without user, query and fragment.')
}
