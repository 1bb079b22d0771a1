import { getSession } from './get-session.js'
import { listSessions } from './list-sessions.js'
import { listUserActivity } from './list-user-activity.js'
import { revokeSession } from './revoke-session.js'
import { revokeUserSessions } from './revoke-user-sessions.js'

export const endpoints = [listSessions, getSession, revokeSession, revokeUserSessions, listUserActivity]

export { createSessionAuthenticator, recognizeBrowser } from './authenticate-session.js'
export { endSignedOut, revokeOneSession, revokeSessionsOfDevice, revokeSessionsOfUser } from './end.js'
export {
  openPendingToken,
  type PendingSignIn,
  requireSamePassword,
  sealPendingToken,
} from './pending-token.js'
export { presentSession } from './present.js'
export { readRefreshToken } from './refresh-token.js'
export { requireSecondFactor } from './second-factor.js'
export { judgeRefresh } from './session.js'
export { forgetCookies, signedIn, startSession } from './start-session.js'
export {
  findSession,
  listSessions as listSessionRows,
  lockSession,
  rotateRefresh,
  type SessionRow,
  setOrganization,
} from './store.js'
