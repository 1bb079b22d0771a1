import Type from 'typebox'
import { passwordErrors } from '../authentication/errors.js'
import {
  Body,
  backend,
  defineRoute,
  EmailAddress,
  Nullable,
  Page,
  PhoneNumber,
  pageLimitMax,
  pageQuery,
  Timestamp,
  Wrapped,
} from '../define/index.js'
import { emailEvents } from '../emails/events.js'
import { lockoutEvents } from '../lockouts/events.js'
import { sessionEvents } from '../sessions/events.js'
import { userErrors } from './errors.js'
import { userEvents } from './events.js'
import {
  adminRoles,
  BanReason,
  Ended,
  newUser,
  User,
  UserActivity,
  UserRole,
  userPatch,
  userRoleDefault,
  userRoleLengthMax,
} from './schemas.js'

const known = { userId: userErrors.user_not_found }

export const listUsers = defineRoute({
  id: 'users.list',
  method: 'GET',
  path: '/v1/admin/users',
  summary: 'List users, newest first',
  access: backend('users:read'),
  query: Type.Object({
    ...pageQuery,
    email: Type.Optional(Type.String({ maxLength: 254, description: 'Exactly this address, without case.' })),
    username: Type.Optional(
      Type.String({ maxLength: 64, description: 'Exactly this username, without case.' }),
    ),
    externalId: Type.Optional(Type.String({ maxLength: 255, description: 'Exactly this external id.' })),
    phoneNumber: Type.Optional(PhoneNumber),
    isBanned: Type.Optional(Type.Boolean()),
    role: Type.Optional(Type.String({ maxLength: userRoleLengthMax, description: 'Exactly this role.' })),
    excludeAdmins: Type.Optional(
      Type.Boolean({
        description: `True leaves out the roles ${adminRoles.map((role) => `\`${role}\``).join(', ')}.`,
      }),
    ),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 254,
        description: 'Part of an address, username or external id.',
      }),
    ),
  }),
  status: 200,
  response: Page('users', User),
  errors: [],
  emits: [],
})

export const createUser = defineRoute({
  id: 'users.create',
  method: 'POST',
  path: '/v1/admin/users',
  summary: 'Create a user',
  access: backend('users:write'),
  body: Body(newUser, { examples: [{ email: 'ada@example.com', publicMetadata: { tier: 'gold' } }] }),
  status: 201,
  response: Wrapped('user', User),
  errors: [
    userErrors.email_taken,
    userErrors.username_taken,
    userErrors.external_id_taken,
    userErrors.phone_number_taken,
    userErrors.metadata_too_large,
    passwordErrors.password_too_short,
    passwordErrors.password_too_weak,
  ],
  emits: [userEvents['user.created']],
  idempotent: true,
})

export const inviteUser = defineRoute({
  id: 'users.invite',
  method: 'POST',
  path: '/v1/admin/users/invite',
  summary: 'Create a user, who sets a password by a link',
  description:
    'The link is good once, for seven days, and verifies the address. It leads to the page that the environment has ' +
    'set for new passwords (`settings.links.passwordReset`), else to one of this server.',
  access: backend('users:write'),
  body: Body(
    {
      email: EmailAddress,
      role: Type.Optional(UserRole),
      sendEmail: Type.Optional(
        Type.Boolean({ description: 'Whether the link is mailed, true when absent; else it is answered.' }),
      ),
    },
    { examples: [{ email: 'grace@example.com', role: userRoleDefault }] },
  ),
  status: 201,
  response: Type.Object({
    user: User,
    invitationLink: Nullable(
      Type.String({
        description: 'Shown once, and only where no mail went out. Whoever has it becomes this user.',
      }),
    ),
  }),
  errors: [userErrors.email_taken],
  emits: [userEvents['user.created'], emailEvents['email.queued']],
  idempotent: true,
})

export const resetUserPassword = defineRoute({
  id: 'users.resetPassword',
  method: 'POST',
  path: '/v1/admin/users/:userId/reset-password',
  summary: 'Have a user choose a new password, or give it one',
  description:
    'Ends every session of the user. By mail the password stays as it is until the user chooses another one; without ' +
    'mail it is replaced at once by one that is shown in this answer and nowhere else.',
  access: backend('users:write'),
  params: known,
  body: Body(
    {
      sendEmail: Type.Optional(
        Type.Boolean({
          description: 'Whether a link is mailed, true when absent; else there is a new password.',
        }),
      ),
    },
    { examples: [{ sendEmail: false }] },
  ),
  status: 200,
  response: Type.Object({
    user: User,
    temporaryPassword: Nullable(
      Type.String({ description: 'Shown once, and only where no mail went out. It satisfies the policy.' }),
    ),
    ended: Ended,
  }),
  errors: [userErrors.user_has_no_email],
  emits: [
    userEvents['user.password_changed'],
    emailEvents['email.queued'],
    sessionEvents['session.revoked'],
    lockoutEvents['lockout.lifted'],
  ],
  idempotent: true,
})

export const listUserActivity = defineRoute({
  id: 'users.listActivity',
  method: 'GET',
  path: '/v1/admin/users/activity',
  summary: 'Tell when users signed in last, and how many sessions they have',
  description: 'Of those who have signed in; nothing is said about others.',
  access: backend('users:read'),
  query: Type.Object({
    userIds: Type.Optional(
      Type.String({
        maxLength: 37 * pageLimitMax,
        description: `The ids of up to ${pageLimitMax} users, with commas between them.`,
      }),
    ),
  }),
  status: 200,
  response: Type.Object({ activity: Type.Array(UserActivity) }),
  errors: [],
  emits: [],
})

export const getUser = defineRoute({
  id: 'users.get',
  method: 'GET',
  path: '/v1/admin/users/:userId',
  summary: 'Get a user',
  access: backend('users:read'),
  params: known,
  status: 200,
  response: Wrapped('user', User),
  errors: [],
  emits: [],
})

export const updateUser = defineRoute({
  id: 'users.update',
  method: 'PATCH',
  path: '/v1/admin/users/:userId',
  summary: 'Change fields of a user',
  description:
    'Fields that are not named stay as they are. A named metadata bucket is replaced as a whole. ' +
    'Setting `isBanned` bans or unbans, with everything that follows from it; a new `password` ends every session.',
  access: backend('users:write'),
  params: known,
  body: Body(userPatch, { examples: [{ publicMetadata: { tier: 'gold' } }] }),
  status: 200,
  response: Wrapped('user', User),
  errors: [
    userErrors.email_taken,
    userErrors.username_taken,
    userErrors.external_id_taken,
    userErrors.phone_number_taken,
    userErrors.metadata_too_large,
    passwordErrors.password_too_short,
    passwordErrors.password_too_weak,
  ],
  emits: [
    userEvents['user.updated'],
    userEvents['user.password_changed'],
    userEvents['user.banned'],
    userEvents['user.unbanned'],
    sessionEvents['session.revoked'],
  ],
  idempotent: true,
})

export const deleteUser = defineRoute({
  id: 'users.delete',
  method: 'DELETE',
  path: '/v1/admin/users/:userId',
  summary: 'Delete a user for good',
  description: 'Addresses, password, sessions and memberships go with it, in one transaction.',
  access: backend('users:write'),
  params: known,
  status: 200,
  response: Type.Object({ ok: Type.Literal(true), ended: Ended }),
  errors: [],
  emits: [userEvents['user.deleted'], sessionEvents['session.revoked']],
})

export const banUser = defineRoute({
  id: 'users.ban',
  method: 'POST',
  path: '/v1/admin/users/:userId/ban',
  summary: 'Ban a user',
  description: 'Ends every session at once and refuses new ones, until unbanned or until the ban expires.',
  access: backend('users:write'),
  params: known,
  body: Body(
    { reason: Type.Optional(Nullable(BanReason)), expiresAt: Type.Optional(Nullable(Timestamp)) },
    { examples: [{ reason: 'tos_violation' }] },
  ),
  status: 200,
  response: Type.Object({ user: User, ended: Ended }),
  errors: [],
  emits: [userEvents['user.banned'], sessionEvents['session.revoked']],
  idempotent: true,
})

export const unbanUser = defineRoute({
  id: 'users.unban',
  method: 'POST',
  path: '/v1/admin/users/:userId/unban',
  summary: 'Lift the ban of a user',
  description: 'Sessions that the ban ended stay ended; API keys that it stopped work again.',
  access: backend('users:write'),
  params: known,
  status: 200,
  response: Wrapped('user', User),
  errors: [],
  emits: [userEvents['user.unbanned']],
  idempotent: true,
})

export const revokeUserSessions = defineRoute({
  id: 'users.revokeSessions',
  method: 'POST',
  path: '/v1/admin/users/:userId/revoke-sessions',
  summary: 'End every session of a user',
  access: backend('sessions:write'),
  params: known,
  status: 200,
  response: Type.Object({
    ok: Type.Literal(true),
    ended: Type.Object({ sessions: Ended.properties.sessions }),
  }),
  errors: [],
  emits: [sessionEvents['session.revoked']],
  idempotent: true,
})
