import { createSecretKey } from './create-secret-key.js'
import { deleteSecretKey } from './delete-secret-key.js'
import { deprecateSecretKey } from './deprecate-secret-key.js'
import { disableSecretKey } from './disable-secret-key.js'
import { enableSecretKey } from './enable-secret-key.js'
import { getSecretKey } from './get-secret-key.js'
import { listSecretKeyRevocations } from './list-secret-key-revocations.js'
import { listSecretKeys } from './list-secret-keys.js'
import { revokeSecretKey } from './revoke-secret-key.js'
import { rotateSecretKey } from './rotate-secret-key.js'
import { updateSecretKey } from './update-secret-key.js'

export const endpoints = [
  createSecretKey,
  listSecretKeys,
  getSecretKey,
  updateSecretKey,
  deleteSecretKey,
  disableSecretKey,
  enableSecretKey,
  rotateSecretKey,
  deprecateSecretKey,
  revokeSecretKey,
  listSecretKeyRevocations,
]

export { createKeyAuthenticator } from './authenticate-secret-key.js'
export { createLastUse } from './last-use.js'
export { holdPermissionsWith, refuseStronger } from './strength.js'
