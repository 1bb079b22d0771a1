import { deleteMyPhoneNumber } from './delete-my-phone-number.js'
import { getMe } from './get-me.js'
import { listMySessions } from './list-my-sessions.js'
import { requestMyPhoneNumber } from './request-my-phone-number.js'
import { revokeMySession } from './revoke-my-session.js'
import { updateMe } from './update-me.js'
import { verifyMyPhoneNumber } from './verify-my-phone-number.js'

export const endpoints = [
  getMe,
  updateMe,
  listMySessions,
  revokeMySession,
  requestMyPhoneNumber,
  verifyMyPhoneNumber,
  deleteMyPhoneNumber,
]
