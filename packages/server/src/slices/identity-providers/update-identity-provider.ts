import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { sealClientSecret } from './client-secret.js'
import { presentProvider } from './present.js'
import * as store from './store.js'

/** Changes the fields that are named; the next sign-in goes by them. */
export const updateIdentityProvider = implement(api.identityProviders.updateIdentityProvider).handler(
  async (call, { params, body }) => {
    const { clientSecret, ...fields } = body
    const secret =
      clientSecret === undefined
        ? {}
        : { clientSecretSealed: sealClientSecret(call, params.identityProviderId, clientSecret) }
    const identityProvider = await call.tx(async (tx) => {
      const row = await store.updateProvider(tx, params.identityProviderId, { ...fields, ...secret })
      if (!row) throw fail(errors.identity_provider_not_found)
      const updated = presentProvider(call, row)
      await call.record(tx, 'identity_provider.updated', { identityProvider: updated })
      return updated
    })
    return { identityProvider }
  },
)
