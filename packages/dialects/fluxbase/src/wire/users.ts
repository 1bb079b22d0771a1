import { api, type DialectRequest, type DialectRoute } from '@claviger/contract'
import * as dashboard from './dashboard-users.js'
import { enrichedUserOf, enrichedUsersOf } from './enriched-user.js'
import { bodyOf, queryOf } from './fields.js'
import { isMailed, resetMailed } from './mailing.js'
import { pageIn, rowsOf } from './pages.js'
import { environmentOf } from './place.js'

/** The users of Fluxbase's dashboard are the administrators; every other type is the users of a product. */
function byType(app: DialectRoute['handle'], ofDashboard: DialectRoute['handle']): DialectRoute['handle'] {
  return (request, call, setting) => {
    const isDashboard = ['dashboard', 'platform'].includes(queryOf(request).text('type') ?? '')
    return (isDashboard ? ofDashboard : app)(request, call, setting)
  }
}

const idOf = ({ params: { id = '' } }: DialectRequest) => id

const listUsers: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/users',
  handle: byType(async (request, call, setting) => {
    const fields = queryOf(request)
    const environment = await environmentOf(request, call, setting)
    const search = fields.text('search') || undefined
    const excludeAdmins = fields.boolean('exclude_admins')
    const page = pageIn(fields)
    const { rows, total } = await rowsOf(async (query) => {
      const { users, ...rest } = await call(api.users.listUsers, {
        query: { ...query, search, excludeAdmins },
        environment,
      })
      return { rows: users, ...rest }
    }, page)
    const users = await enrichedUsersOf(rows, call, environment)
    return { status: 200, body: { users, total, ...page } }
  }, dashboard.listUsers),
}

const inviteUser: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/users/invite',
  handle: byType(async (request, call, setting) => {
    const fields = bodyOf(request)
    const environment = await environmentOf(request, call, setting, fields.text('tenant_id'))
    const email = fields.required('email')
    const role = fields.text('role')
    const password = fields.text('password')
    if (password !== undefined) {
      const created = await call(api.users.createUser, { body: { email, role, password }, environment })
      const user = await enrichedUserOf(created.user, call, environment)
      return {
        status: 201,
        body: { user, email_sent: false, message: 'User created with the given password' },
      }
    }
    const sendEmail = isMailed(fields)
    const invited = await call(api.users.inviteUser, { body: { email, role, sendEmail }, environment })
    const user = await enrichedUserOf(invited.user, call, environment)
    const { invitationLink } = invited
    return {
      status: 201,
      body: {
        user,
        email_sent: sendEmail,
        ...(invitationLink !== null && { invitation_link: invitationLink }),
        message: sendEmail
          ? 'Invitation email sent'
          : 'User invited. Give the invitation link to nobody else.',
      },
    }
  }, dashboard.inviteUser),
}

const getUser: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/users/:id',
  handle: byType(async (request, call, setting) => {
    const environment = await environmentOf(request, call, setting)
    const { user } = await call(api.users.getUser, { params: { userId: idOf(request) }, environment })
    return { status: 200, body: await enrichedUserOf(user, call, environment) }
  }, dashboard.getUser),
}

const updateUser: DialectRoute = {
  method: 'PATCH',
  path: '/api/v1/admin/users/:id',
  handle: byType(async (request, call, setting) => {
    const fields = bodyOf(request)
    const environment = await environmentOf(request, call, setting)
    const params = { userId: idOf(request) }
    const body = {
      email: fields.text('email'),
      password: fields.text('password'),
      role: fields.text('role'),
      unsafeMetadata: fields.object('user_metadata'),
      publicMetadata: fields.object('app_metadata'),
    }
    const { user } = await call(api.users.updateUser, { params, body, environment })
    return { status: 200, body: await enrichedUserOf(user, call, environment) }
  }, dashboard.updateUser),
}

const updateUserRole: DialectRoute = {
  method: 'PATCH',
  path: '/api/v1/admin/users/:id/role',
  handle: byType(async (request, call, setting) => {
    const role = bodyOf(request).required('role')
    const environment = await environmentOf(request, call, setting)
    const params = { userId: idOf(request) }
    const { user } = await call(api.users.updateUser, { params, body: { role }, environment })
    return { status: 200, body: await enrichedUserOf(user, call, environment) }
  }, dashboard.updateUser),
}

const resetUserPassword: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/users/:id/reset-password',
  handle: byType(async (request, call, setting) => {
    const sendEmail = isMailed(bodyOf(request))
    const environment = await environmentOf(request, call, setting)
    const params = { userId: idOf(request) }
    const { temporaryPassword } = await call(api.users.resetUserPassword, {
      params,
      body: { sendEmail },
      environment,
    })
    return { status: 200, body: { message: temporaryPassword ?? resetMailed, email_sent: sendEmail } }
  }, dashboard.resetUserPassword),
}

const deleteUser: DialectRoute = {
  method: 'DELETE',
  path: '/api/v1/admin/users/:id',
  handle: byType(async (request, call, setting) => {
    const environment = await environmentOf(request, call, setting)
    await call(api.users.deleteUser, { params: { userId: idOf(request) }, environment })
    return { status: 200, body: { message: 'User deleted successfully' } }
  }, dashboard.deleteUser),
}

export const userRoutes: readonly DialectRoute[] = [
  listUsers,
  inviteUser,
  getUser,
  updateUser,
  updateUserRole,
  resetUserPassword,
  deleteUser,
]
