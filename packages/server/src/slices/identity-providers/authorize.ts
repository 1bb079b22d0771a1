import { api, errors } from '@claviger/contract'
import * as oauth from 'openid-client'
import { isAllowedOrigin } from '#kernel/allowed-origin'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { callbackUrl, callbackUrlIn } from './present.js'
import { clientOf } from './provider-client.js'
import { keepState } from './state.js'
import * as store from './store.js'

interface Asked {
  readonly params: { readonly provider: string }
  readonly query: { readonly redirect_uri?: string }
}

/** Begins a sign-in: the browser keeps what it must come back with, and goes to the provider. */
async function begin(call: Call, { params, query }: Asked, callbackOf: typeof callbackUrl) {
  const { redirect_uri: redirectUri } = query
  if (redirectUri === undefined) throw fail(errors.missing_oauth_params, { missing: 'redirect_uri' })
  if (!isAllowedRedirect(call, redirectUri)) throw fail(errors.oauth_redirect_not_allowed)
  const provider = await store.findProviderByKey(call.read, params.provider)
  if (!provider?.enabled) throw fail(errors.oauth_provider_disabled)
  const client = await clientOf(call, provider)

  const [state, nonce, codeVerifier] = [
    oauth.randomState(),
    oauth.randomNonce(),
    oauth.randomPKCECodeVerifier(),
  ]
  const callback = callbackOf(call, provider.key)
  const location = oauth.buildAuthorizationUrl(client, {
    redirect_uri: callback,
    scope: provider.scopes.join(' '),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(provider.type === 'oidc' && { nonce }),
  })
  keepState(call, { state, nonce, codeVerifier, providerId: provider.id, callbackUrl: callback, redirectUri })
  return { location: location.href }
}

/** Only pages of the environment's origins and of our own: whoever else is named would be led astray, or the user. */
function isAllowedRedirect(call: Call, text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  if (url.username || url.password) return false
  return isAllowedOrigin(url.origin, call.environment.settings.allowedOrigins, new URL(call.publicUrl).origin)
}

/** Begins a sign-in in the default environment. */
export const authorize = implement(api.identityProviders.authorize).handler((call, asked) =>
  begin(call, asked, callbackUrl),
)

/** Begins a sign-in in the environment that the path names. */
export const authorizeIn = implement(api.identityProviders.authorizeIn).handler((call, asked) =>
  begin(call, asked, callbackUrlIn),
)
