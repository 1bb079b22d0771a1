import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { sealClientSecret } from './client-secret.js'
import { presentProvider } from './present.js'
import * as store from './store.js'

const usualScopes = { oidc: ['openid', 'email', 'profile'], github: ['read:user', 'user:email'] } as const

/** Adds a provider. Plain http is for development: where the server itself is reached by nothing better. */
export const createIdentityProvider = implement(api.identityProviders.createIdentityProvider).handler(
  async (call, { body }) => {
    const {
      clientSecret,
      scopes = usualScopes[body.type],
      enabled = true,
      allowSignUp = true,
      ...rest
    } = body
    if (!URL.canParse(body.issuer) || isInsecure(body.issuer, call.publicUrl)) {
      throw fail(errors.identity_provider_insecure)
    }
    const id = newId()
    const clientSecretSealed = sealClientSecret(call, id, clientSecret)
    const identityProvider = await call.tx(async (tx) => {
      const fields = { ...rest, id, clientSecretSealed, scopes, enabled, allowSignUp }
      const created = presentProvider(call, await store.insertProvider(tx, fields))
      await call.record(tx, 'identity_provider.created', { identityProvider: created })
      return created
    })
    return { identityProvider }
  },
)

function isInsecure(issuer: string, publicUrl: string): boolean {
  return issuer.startsWith('http:') && publicUrl.startsWith('https:')
}
