import { authorize, authorizeIn } from './authorize.js'
import { callback, callbackIn } from './callback.js'
import { createIdentityProvider } from './create-identity-provider.js'
import { deleteIdentityProvider } from './delete-identity-provider.js'
import { getIdentityProvider } from './get-identity-provider.js'
import { listIdentityProviders } from './list-identity-providers.js'
import { listMyIdentities } from './list-my-identities.js'
import { unlinkMyIdentity } from './unlink-my-identity.js'
import { updateIdentityProvider } from './update-identity-provider.js'

export const endpoints = [
  listIdentityProviders,
  createIdentityProvider,
  getIdentityProvider,
  updateIdentityProvider,
  deleteIdentityProvider,
  authorize,
  authorizeIn,
  callback,
  callbackIn,
  listMyIdentities,
  unlinkMyIdentity,
]

export { presentIdentity } from './present.js'
export { listIdentities as listIdentityRows } from './store.js'
export { unlinkAll } from './unlink.js'
