import { AccessTokens } from './access-tokens.js'
import { KindeError } from './kinde-error.js'
import type { ApiKeyVerification } from './verification.js'

/** Where the server is, and as which M2M application to ask it. */
export interface KindeOptions {
  /** The address of the server, such as `https://id.example.com`; `https://` is added where no scheme is. */
  readonly domain?: string
  /** The same, under another name. One of the two is needed. */
  readonly baseUrl?: string
  /** The M2M application that `verifyApiKey(apiKey)` gets its access tokens for. */
  readonly clientId?: string
  /** Its client secret. */
  readonly clientSecret?: string
  /** Sends the requests, instead of the global `fetch`. */
  readonly fetch?: typeof fetch
}

/** A client that verifies API keys. */
export interface Kinde {
  /**
   * Verifies a key that a customer sent.
   *
   * @param apiKey What came as bearer token, without `Bearer `. Nothing at all is a key that is not valid.
   * @param m2mAccessToken An access token of an M2M application. Without it, the client gets one with its client id
   *   and client secret, and uses it again until it is over.
   * @returns Ten fields; `is_valid` says whether the key is good. A key that is not good is no error.
   * @throws KindeError on any answer but 2xx: 401 where the access token or the client secret is not good.
   * @throws Whatever `fetch` rejects with, as it is, when there was no answer.
   */
  verifyApiKey(apiKey: string | undefined, m2mAccessToken?: string): Promise<ApiKeyVerification>
}

/**
 * Makes a client that is bound to one server.
 *
 * @throws TypeError at once, if it has no address, or only one of client id and client secret.
 */
export function createKinde(options: KindeOptions): Kinde {
  const address = options.baseUrl ?? options.domain
  if (!address) throw new TypeError('createKinde needs `domain`, the address of the server.')
  const baseUrl = (/^https?:\/\//.test(address) ? address : `https://${address}`).replace(/\/+$/, '')
  const { clientId, clientSecret, fetch = globalThis.fetch } = options
  if (!clientId !== !clientSecret)
    throw new TypeError('createKinde needs both `clientId` and `clientSecret`, or none of them.')
  const tokens =
    clientId && clientSecret ? new AccessTokens({ baseUrl, clientId, clientSecret, fetch }) : undefined

  async function verifyWith(token: string, apiKey: string): Promise<ApiKeyVerification> {
    const response = await fetch(`${baseUrl}/api/v1/api_keys/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ api_key: apiKey }),
    })
    const body = await response.json().catch(() => null)
    if (!response.ok || body === null) throw new KindeError(response, body)
    return body
  }

  return {
    async verifyApiKey(apiKey, m2mAccessToken) {
      if (!apiKey) return missing
      if (m2mAccessToken !== undefined) return verifyWith(m2mAccessToken, apiKey)
      if (!tokens)
        throw new TypeError(
          'verifyApiKey needs an access token, or a client with `clientId` and `clientSecret`.',
        )
      const token = await tokens.get()
      return verifyWith(token, apiKey).catch(async (error) => {
        // The application may have been changed, or its tokens revoked: another one is asked for, once.
        if (!(error instanceof KindeError) || error.status !== 401) throw error
        await tokens.forget(token)
        return verifyWith(await tokens.get(), apiKey)
      })
    },
  }
}

/** What is said of no key at all, which needs no server. */
const missing: ApiKeyVerification = {
  code: 'API_KEY_INVALID',
  message: 'There is no API key',
  is_valid: false,
  key_id: null,
  status: null,
  scopes: [],
  org_code: null,
  user_id: null,
  last_verified_on: null,
  verification_count: 0,
}
