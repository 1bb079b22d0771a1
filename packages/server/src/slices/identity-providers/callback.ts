import { api, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { hashSecret } from '#kernel/secret'
import { signedIn, startSession } from '#slices/sessions'
import { userOf } from './link.js'
import { readProfile } from './profile.js'
import { clientOf } from './provider-client.js'
import { forgetState, readState, stateLifetimeSeconds } from './state.js'
import * as store from './store.js'

interface Returned {
  readonly params: { readonly provider: string }
  readonly query: {
    readonly code?: string
    readonly state?: string
    readonly iss?: string
    readonly error?: string
  }
}

/**
 * Ends a sign-in that a provider sends back. The state is compared and used up before the provider is asked
 * anything, so that neither another browser's sign-in nor an old one gets any further.
 */
async function finish(call: Call, { params, query }: Returned) {
  const { code, state: returned, iss, error } = query
  const missing = [!returned && 'state', !code && !error && 'code'].filter(Boolean)
  if (returned === undefined || missing.length > 0) {
    throw fail(errors.missing_oauth_params, { missing: missing.join(' and ') })
  }
  const state = readState(call, returned)
  if (!state) throw fail(errors.oauth_state_mismatch)
  const provider = await store.findProviderByKey(call.read, params.provider)
  if (!provider?.enabled) throw fail(errors.oauth_provider_disabled)
  if (provider.id !== state.providerId) throw fail(errors.oauth_state_mismatch)
  forgetState(call)
  const isFirst = await call.tx((tx) => store.useState(tx, hashSecret(returned), stateLifetimeSeconds))
  if (!isFirst) throw fail(errors.oauth_state_mismatch)
  if (code === undefined) throw fail(errors.oauth_denied, { reason: nameOf(error) })

  const client = await clientOf(call, provider)
  const answer = { code, state: returned, ...(iss !== undefined && { iss }) }
  const profile = await readProfile(client, provider, answer, state)
  const session = await call.tx(async (tx) => {
    const { userId, isNewUser } = await userOf(call, tx, provider, profile)
    return startSession(call, tx, userId, { isNewUser })
  })
  await signedIn(call, session)
  return { location: state.redirectUri }
}

/** The error that a provider names (RFC 6749 section 4.1.2.1), and nothing else that a URL may say. */
function nameOf(error: string | undefined): string {
  return error !== undefined && /^[a-z_]{1,64}$/.test(error) ? error : 'it gave no reason'
}

/** Ends a sign-in in the default environment. */
export const callback = implement(api.identityProviders.callback).handler(finish)

/** Ends a sign-in in the environment that the path names. */
export const callbackIn = implement(api.identityProviders.callbackIn).handler(finish)
