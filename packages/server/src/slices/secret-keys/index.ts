import { createSecretKey } from './create-secret-key.js'
import { listSecretKeys } from './list-secret-keys.js'
import { revokeSecretKey } from './revoke-secret-key.js'

export const endpoints = [createSecretKey, listSecretKeys, revokeSecretKey]

export { createKeyAuthenticator } from './authenticate-secret-key.js'
export { createLastUse } from './last-use.js'
