import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentProvider } from './present.js'
import * as store from './store.js'

/** Gets a provider, without its secret. */
export const getIdentityProvider = implement(api.identityProviders.getIdentityProvider).handler(
  async (call, { params }) => {
    const row = await store.findProvider(call.read, params.identityProviderId)
    if (!row) throw fail(errors.identity_provider_not_found)
    return { identityProvider: presentProvider(call, row) }
  },
)
