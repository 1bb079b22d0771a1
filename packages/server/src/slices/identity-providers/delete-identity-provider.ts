import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentProvider } from './present.js'
import * as store from './store.js'

/** Deletes a provider with its identities; the users and their sessions stay. */
export const deleteIdentityProvider = implement(api.identityProviders.deleteIdentityProvider).handler(
  async (call, { params }) => {
    await call.tx(async (tx) => {
      const row = await store.deleteProvider(tx, params.identityProviderId)
      if (!row) throw fail(errors.identity_provider_not_found)
      await call.record(tx, 'identity_provider.deleted', { identityProvider: presentProvider(call, row) })
    })
    return { ok: true as const }
  },
)
