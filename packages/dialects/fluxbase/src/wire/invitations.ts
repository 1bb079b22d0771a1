import {
  type Administrator,
  api,
  type Caller,
  type DialectRequest,
  type DialectRoute,
  errors,
  Refusal,
} from '@claviger/contract'
import { administratorsOf } from './administrator.js'
import { signedIn } from './authentication.js'
import { roleOf } from './dashboard-users.js'
import { bodyOf, invalid } from './fields.js'

/** For how long an invitation is good, whatever is asked for. */
const lifeSeconds = 7 * 24 * 60 * 60

/** An invitation is an administrator who has yet to accept, and has its id. */
function invitationOf({ id, email, role, projectIds, invitationExpiresAt, createdAt }: Administrator) {
  return {
    id,
    email,
    role,
    tenant_ids: projectIds,
    accepted: false,
    accepted_at: null,
    expires_at: invitationExpiresAt,
    created_at: createdAt,
  }
}

const createInvitation: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/invitations',
  async handle(request, call) {
    const fields = bodyOf(request)
    const seconds = fields.number('expiry_duration')
    if (seconds !== undefined && seconds > 0 && seconds !== lifeSeconds) {
      throw invalid(
        `Every invitation is good for seven days: leave expiry_duration out, or send ${lifeSeconds}.`,
      )
    }
    const tenantId = fields.text('tenant_id')
    const { administrator } = await call(api.administrators.inviteAdministrator, {
      body: {
        email: fields.required('email'),
        role: roleOf(fields.required('role')),
        ...(tenantId !== undefined && { projectIds: [tenantId] }),
      },
    })
    return {
      status: 201,
      body: {
        invitation: invitationOf(administrator),
        // Who has the link becomes an administrator, so it is told to nobody but whom it is for.
        invite_link: '',
        email_sent: true,
        email_status: 'Invitation email sent successfully',
      },
    }
  },
}

const listInvitations: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/invitations',
  async handle(_request, call) {
    const { rows } = await administratorsOf(call)
    const invited = rows.filter(({ status }) => status === 'invited')
    return { status: 200, body: { invitations: invited.map(invitationOf) } }
  },
}

const notFound = () => new Refusal(404, 'NOT_FOUND', 'Invitation not found')

/** Fluxbase declares the id and reads the token, so either is taken. */
const revokeInvitation: DialectRoute = {
  method: 'DELETE',
  path: '/api/v1/admin/invitations/:id',
  async handle(request, call) {
    const { id = '' } = request.params
    const byToken = id.startsWith('ver_') ? (await inspect(call, id))?.administrator : undefined
    const params = { administratorId: byToken?.id ?? id }
    const { administrator } = await call(api.administrators.getAdministrator, { params })
    // Whoever has accepted is an administrator, and no invitation any more.
    if (administrator.status !== 'invited') throw notFound()
    await call(api.administrators.deleteAdministrator, { params })
    return { status: 200, body: { message: 'Invitation revoked successfully' } }
  },
}

const validateInvitation: DialectRoute = {
  method: 'GET',
  path: '/api/v1/invitations/:token/validate',
  async handle(request, call) {
    const found = await inspect(call, tokenOf(request))
    if (found?.administrator) {
      return { status: 200, body: { valid: true, invitation: invitationOf(found.administrator) } }
    }
    return { status: 200, body: { valid: false, error: refusals[found?.status ?? 'unknown']().message } }
  },
}

const acceptInvitation: DialectRoute = {
  method: 'POST',
  path: '/api/v1/invitations/:token/accept',
  async handle(request, call, setting) {
    const token = tokenOf(request)
    const fields = bodyOf(request)
    const body = { token, password: fields.required('password'), name: fields.text('name') }
    const session = await call(api.administrators.acceptInvitation, { body }).catch(async (refusal) => {
      if (refusal.code !== errors.verification_invalid.code) throw refusal
      throw refusals[(await inspect(call, token))?.status ?? 'unknown']()
    })
    return signedIn(201, session, call, setting)
  },
}

const refusals = {
  unknown: notFound,
  // Taken back in the moment between the two calls.
  open: notFound,
  used: () => new Refusal(409, 'CONFLICT', 'Invitation has already been accepted'),
  expired: () => new Refusal(410, 'INVITATION_EXPIRED', 'Invitation has expired'),
}

/** What is longer than any token is none, also when it is cut. */
const tokenOf = ({ params: { token = '' } }: DialectRequest) => token.slice(0, 128)

/** What became of the invitation with this token; undefined if there is none. */
async function inspect(call: Caller, token: string) {
  return call(api.administrators.inspectInvitation, { body: { token } }).catch((refusal) => {
    if (refusal.code !== errors.verification_invalid.code) throw refusal
  })
}

export const invitationRoutes: readonly DialectRoute[] = [
  createInvitation,
  listInvitations,
  revokeInvitation,
  validateInvitation,
  acceptInvitation,
]
