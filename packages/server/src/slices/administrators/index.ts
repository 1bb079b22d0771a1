import { acceptInvitation } from './accept-invitation.js'
import { assignProject } from './assign-project.js'
import { deleteAdministrator } from './delete-administrator.js'
import { getAdministrator } from './get-administrator.js'
import { getMe } from './get-me.js'
import { getSetup } from './get-setup.js'
import { inspectInvitation } from './inspect-invitation.js'
import { inviteAdministrator } from './invite-administrator.js'
import { listAdministrators } from './list-administrators.js'
import { recoverAdministrator } from './recover-administrator.js'
import { setUp } from './set-up.js'
import { unassignProject } from './unassign-project.js'
import { updateAdministrator } from './update-administrator.js'

export const endpoints = [
  getSetup,
  setUp,
  getMe,
  listAdministrators,
  inviteAdministrator,
  getAdministrator,
  updateAdministrator,
  assignProject,
  unassignProject,
  deleteAdministrator,
  inspectInvitation,
  acceptInvitation,
  recoverAdministrator,
]

export { createAdministratorAuthenticator } from './authenticate-administrator.js'
export { createOperatorAuthenticator, operatorTokenPrefix } from './operator.js'
