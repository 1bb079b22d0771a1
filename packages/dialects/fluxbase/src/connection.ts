import { FluxbaseError } from './fluxbase-error.js'

/** Where requests go, and what they carry. */
export type ConnectionSettings = {
  url: string
  key: string
  headers: Record<string, string>
  timeoutMs: number
  debug: boolean
}

/** Who is signed in. Clients of one tenant and of another are the same person's, so they share it. */
export type Bearer = { token: string | null }

/** Where the query of a request comes from; what is undefined is left out of it. */
export type Query = Record<string, string | number | boolean | undefined>

/** The longest that a timer can wait; beyond it, it would not wait at all. */
const waitMsMax = 2 ** 31 - 1

/** Sends the requests of one client. */
export class Connection {
  // Private at run time too, so that logging or serializing a client prints neither key nor token.
  readonly #settings: ConnectionSettings
  readonly #bearer: Bearer

  constructor(settings: ConnectionSettings, bearer: Bearer) {
    this.#settings = settings
    this.#bearer = bearer
  }

  get token(): string | null {
    return this.#bearer.token
  }

  set token(token: string | null) {
    this.#bearer.token = token
  }

  /** The same connection, with more headers: whoever signs in on one is signed in on the other. */
  with(headers: Record<string, string>): Connection {
    const settings = { ...this.#settings, headers: { ...this.#settings.headers, ...headers } }
    return new Connection(settings, this.#bearer)
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#send<T>('GET', path + queryString(query))
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#send<T>('POST', path, body)
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.#send<T>('PATCH', path, body)
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#send<T>('PUT', path, body)
  }

  delete<T>(path: string): Promise<T> {
    return this.#send<T>('DELETE', path)
  }

  async #send<T>(method: string, path: string, body?: object): Promise<T> {
    const { url, timeoutMs, debug } = this.#settings
    const headers = this.#headers()
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), Math.min(timeoutMs, waitMsMax))
    let response: Response
    let text: string
    try {
      response = await fetch(url + path, {
        method,
        headers,
        signal: abort.signal,
        // A redirect would show the key, and a password in the body, to whatever is there.
        redirect: 'manual',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      text = await response.text()
    } catch (cause) {
      if (abort.signal.aborted) throw new FluxbaseError('Request timeout', 408)
      throw new FluxbaseError(`There is no answer from ${url}`, 0, undefined, { cause })
    } finally {
      clearTimeout(timer)
    }
    // Bodies hold passwords and queries hold addresses, so only this much gets a line.
    if (debug) console.debug(`[fluxbase] ${method} ${path.split('?')[0]} ${response.status}`)
    return read<T>(response, text)
  }

  #headers(): Headers {
    const { key, headers: added } = this.#settings
    const headers = new Headers({ 'content-type': 'application/json', apikey: key })
    headers.set('authorization', `Bearer ${key}`)
    for (const [name, value] of Object.entries(added)) headers.set(name, value)
    const { token } = this.#bearer
    if (token !== null) {
      // Fetch quotes what it cannot send in its error.
      if (!isSendable(token)) throw new FluxbaseError('The token is not one', 401, { code: 'INVALID_TOKEN' })
      headers.set('authorization', `Bearer ${token}`)
    }
    return headers
  }
}

/** Whether a header can carry it. */
export function isSendable(secret: string): boolean {
  return /^[\x20-\x7e]*$/.test(secret.trim())
}

/** What was answered: the JSON of a 2xx, nothing where there is no body, an error for everything else. */
function read<T>({ ok, status, statusText }: Response, text: string): T {
  const body = parsed(text)
  if (!ok) {
    const said = (body as { error?: unknown } | null | undefined)?.error
    throw new FluxbaseError(typeof said === 'string' ? said : statusText || `HTTP ${status}`, status, body)
  }
  // Most often a web site at a wrong address, which answers every path with a page.
  if (text !== '' && body === undefined) {
    throw new FluxbaseError('The answer is not JSON; is the URL that of the server?', status)
  }
  return body as T
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Renders what has a value as `?name=value&…`, or as nothing where nothing has. */
export function queryString(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}
