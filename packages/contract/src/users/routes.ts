import Type from 'typebox'
import { passwordErrors } from '../authentication/errors.js'
import {
  Body,
  backend,
  defineRoute,
  Nullable,
  Page,
  PhoneNumber,
  pageQuery,
  Timestamp,
  Wrapped,
} from '../define/index.js'
import { sessionEvents } from '../sessions/events.js'
import { userErrors } from './errors.js'
import { userEvents } from './events.js'
import { BanReason, Ended, newUser, User, userPatch } from './schemas.js'

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
    'Setting `isBanned` bans or unbans, with everything that follows from it.',
  access: backend('users:write'),
  params: known,
  body: Body(userPatch, { examples: [{ publicMetadata: { tier: 'gold' } }] }),
  status: 200,
  response: Wrapped('user', User),
  errors: [
    userErrors.username_taken,
    userErrors.external_id_taken,
    userErrors.phone_number_taken,
    userErrors.metadata_too_large,
  ],
  emits: [
    userEvents['user.updated'],
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
  description: 'Sessions that the ban ended stay ended.',
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
