import * as oauth from 'openid-client'
import { asking } from './provider-client.js'
import type { SignInState } from './state.js'
import type { ProviderRow } from './store.js'

/** Who a provider says has signed in. */
export interface Profile {
  readonly subject: string
  readonly email: string | undefined
  /** Only what the provider says in so many words. */
  readonly isEmailVerified: boolean
}

/** Exchanges the code for tokens, with every check of the flow, and reads from them who it is. */
export function readProfile(
  client: oauth.Configuration,
  provider: ProviderRow,
  returned: Readonly<Record<string, string>>,
  { callbackUrl, state, nonce, codeVerifier }: SignInState,
): Promise<Profile> {
  return asking(async () => {
    const url = new URL(callbackUrl)
    for (const [name, value] of Object.entries(returned)) url.searchParams.set(name, value)
    const tokens = await oauth.authorizationCodeGrant(client, url, {
      expectedState: state,
      pkceCodeVerifier: codeVerifier,
      ...(provider.type === 'oidc' && { expectedNonce: nonce }),
    })
    return provider.type === 'oidc'
      ? openIdProfile(client, tokens)
      : gitHubProfile(client, provider, tokens.access_token)
  })
}

type Tokens = Awaited<ReturnType<typeof oauth.authorizationCodeGrant>>

/** The claims of the ID token; a provider may keep the address for the userinfo endpoint. */
async function openIdProfile(client: oauth.Configuration, tokens: Tokens): Promise<Profile> {
  const claims = tokens.claims()
  if (!claims) throw new Error('there is no ID token')
  const hasMore = claims.email === undefined && client.serverMetadata().userinfo_endpoint !== undefined
  // Of another subject it would be somebody else's address, so the subject is compared there as well.
  const said = hasMore ? await oauth.fetchUserInfo(client, tokens.access_token, claims.sub) : claims
  return {
    subject: claims.sub,
    email: emailIn(said.email),
    isEmailVerified: said.email_verified === true,
  }
}

/** GitHub names accounts by number, which unlike the login never changes hands. */
async function gitHubProfile(
  client: oauth.Configuration,
  { issuer }: ProviderRow,
  accessToken: string,
): Promise<Profile> {
  const base = gitHubApi(issuer)
  const get = async (path: string): Promise<unknown> => {
    const headers = new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'claviger' })
    const url = new URL(base + path)
    const response = await oauth.fetchProtectedResource(client, accessToken, url, 'GET', null, headers)
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    return response.json()
  }
  const [account, addresses] = await Promise.all([get('/user'), get('/user/emails')])
  const { id } = account as { id?: unknown }
  if (!Number.isSafeInteger(id)) throw new Error('/user has no id')
  const listed = Array.isArray(addresses) ? (addresses as Record<string, unknown>[]) : []
  const primary = listed.find((address) => address.primary === true)
  return {
    subject: String(id),
    email: emailIn(primary?.email),
    isEmailVerified: primary?.verified === true,
  }
}

function gitHubApi(issuer: string): string {
  const base = issuer.replace(/\/+$/, '')
  return base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`
}

/**
 * An address as we keep them; anything else that a provider calls one is none. Only ASCII: the Kelvin sign is a k
 * without case, and the mailbox of somebody else.
 */
function emailIn(claim: unknown): string | undefined {
  if (typeof claim !== 'string' || claim.length > 254) return undefined
  return /^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$/.test(claim) ? claim : undefined
}
