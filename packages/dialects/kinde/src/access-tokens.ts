import { KindeError } from './kinde-error.js'

/** A token is not used in its last seconds: it has to arrive as well. */
const marginSeconds = 30

/** Where the access tokens of an M2M application come from. */
export interface TokenSource {
  readonly baseUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly fetch: typeof fetch
}

/** Gets an access token for the management API and uses it again until it is over; of many who ask at once, one gets it. */
export class AccessTokens {
  readonly #source: TokenSource
  #current: { readonly token: Promise<string>; endsAtMs: number } | undefined

  constructor(source: TokenSource) {
    this.#source = source
  }

  get(): Promise<string> {
    if (this.#current && performance.now() < this.#current.endsAtMs) return this.#current.token
    const current = { endsAtMs: Number.POSITIVE_INFINITY } as {
      token: Promise<string>
      endsAtMs: number
    }
    current.token = this.#request().then(
      ({ token, expiresInSeconds }) => {
        current.endsAtMs = performance.now() + (expiresInSeconds - marginSeconds) * 1_000
        return token
      },
      (error) => {
        if (this.#current === current) this.#current = undefined
        throw error
      },
    )
    this.#current = current
    return current.token
  }

  /** Forgets a token that was refused, unless there is another one already. */
  async forget(refused: string): Promise<void> {
    const current = this.#current
    if (current && (await current.token) === refused && this.#current === current) this.#current = undefined
  }

  async #request(): Promise<{ token: string; expiresInSeconds: number }> {
    const { baseUrl, clientId, clientSecret, fetch } = this.#source
    const response = await fetch(`${baseUrl}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        audience: `${baseUrl}/api`,
      }),
    })
    const body = await response.json().catch(() => null)
    if (!response.ok || typeof body?.access_token !== 'string') throw new KindeError(response, body)
    return { token: body.access_token, expiresInSeconds: Number(body.expires_in) || 0 }
  }
}
