import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { create } from './create.js'

/** Makes a key for a user, an organization, a member of one, or for nobody but the environment. */
export const createApiKey = implement(api.apiKeys.createApiKey).handler((call, { body }) =>
  call.tx((tx) => create(call, tx, body)),
)
