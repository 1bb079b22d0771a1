import { type AdministratorRole, api, type DialectRequest, type DialectRoute } from '@claviger/contract'
import { administratorsOf } from './administrator.js'
import { dashboardUserOf } from './enriched-user.js'
import { bodyOf, invalid, queryOf } from './fields.js'
import { isMailed, resetMailed } from './mailing.js'
import { pageIn } from './pages.js'

type Handle = DialectRoute['handle']

const paramsOf = ({ params: { id = '' } }: DialectRequest) => ({ administratorId: id })

/** They administer, all of them, so `exclude_admins` has nothing to say here. */
export const listUsers: Handle = async (request, call) => {
  const fields = queryOf(request)
  const search = fields.text('search') || undefined
  const page = pageIn(fields)
  const { rows, total } = await administratorsOf(call, { search, page })
  return { status: 200, body: { users: rows.map(dashboardUserOf), total, ...page } }
}

export const inviteUser: Handle = async (request, call) => {
  const fields = bodyOf(request)
  if (!isMailed(fields)) throw invalid('The invitation of an administrator is always mailed.')
  const tenantId = fields.text('tenant_id')
  const { administrator } = await call(api.administrators.inviteAdministrator, {
    body: {
      email: fields.required('email'),
      role: roleOf(fields.text('role') ?? 'instance_admin'),
      ...(tenantId !== undefined && { projectIds: [tenantId] }),
    },
  })
  return {
    status: 201,
    body: { user: dashboardUserOf(administrator), email_sent: true, message: 'Invitation email sent' },
  }
}

export const getUser: Handle = async (request, call) => {
  const { administrator } = await call(api.administrators.getAdministrator, { params: paramsOf(request) })
  return { status: 200, body: dashboardUserOf(administrator) }
}

export const updateUser: Handle = async (request, call) => {
  const body = { role: roleOf(bodyOf(request).required('role')) }
  const { administrator } = await call(api.administrators.updateAdministrator, {
    params: paramsOf(request),
    body,
  })
  return { status: 200, body: dashboardUserOf(administrator) }
}

export const resetUserPassword: Handle = async (request, call) => {
  if (!isMailed(bodyOf(request))) throw invalid('The password of an administrator is reset by mail only.')
  const { administrator } = await call(api.administrators.getAdministrator, { params: paramsOf(request) })
  await call(api.instance.requestPasswordReset, { body: { email: administrator.email } })
  return { status: 200, body: { message: resetMailed, email_sent: true } }
}

export const deleteUser: Handle = async (request, call) => {
  await call(api.administrators.deleteAdministrator, { params: paramsOf(request) })
  return { status: 200, body: { message: 'User deleted successfully' } }
}

export function roleOf(role: string): AdministratorRole {
  if (role === 'instance_admin' || role === 'tenant_admin') return role
  throw invalid('role must be instance_admin or tenant_admin.')
}
