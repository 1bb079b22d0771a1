import { defineEvents, Wrapped } from '../define/index.js'
import { Identity, IdentityProvider } from './schemas.js'

const provider = Wrapped('identityProvider', IdentityProvider)
const identity = Wrapped('identity', Identity)

export const identityProviderEvents = defineEvents({
  'identity_provider.created': { summary: 'An identity provider was added.', data: provider },
  'identity_provider.updated': { summary: 'An identity provider was changed.', data: provider },
  'identity_provider.deleted': {
    summary: 'An identity provider was deleted, and every identity of it with it.',
    data: provider,
  },
  'identity.linked': {
    summary: 'A user signed in with an account at a provider for the first time.',
    data: identity,
  },
  'identity.unlinked': { summary: 'A user gave up an account to sign in with.', data: identity },
})
