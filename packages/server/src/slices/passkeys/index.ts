import { beginAuthentication } from './begin-authentication.js'
import { beginRegistration } from './begin-registration.js'
import { completeAuthentication } from './complete-authentication.js'
import { completeRegistration } from './complete-registration.js'
import { deleteMyPasskey } from './delete-my-passkey.js'
import { deletePasskey } from './delete-passkey.js'
import { listMyPasskeys } from './list-my-passkeys.js'
import { listPasskeys } from './list-passkeys.js'
import { updateMyPasskey } from './update-my-passkey.js'

export const endpoints = [
  beginRegistration,
  completeRegistration,
  beginAuthentication,
  completeAuthentication,
  listMyPasskeys,
  updateMyPasskey,
  deleteMyPasskey,
  listPasskeys,
  deletePasskey,
]

export { presentPasskey } from './present.js'
export { removeAll as removePasskeys } from './remove.js'
export { listPasskeys as listPasskeyRows, sweepChallenges } from './store.js'
