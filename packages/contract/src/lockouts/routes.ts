import { backend, defineRoute, Wrapped } from '../define/index.js'
import { userErrors } from '../users/errors.js'
import { lockoutEvents } from './events.js'
import { Lockout } from './schemas.js'

const params = { userId: userErrors.user_not_found }

export const getLockout = defineRoute({
  id: 'users.getLockout',
  method: 'GET',
  path: '/v1/admin/users/:userId/lockout',
  summary: 'See whether a user is locked out',
  access: backend('users:read'),
  params,
  status: 200,
  response: Wrapped('lockout', Lockout),
  errors: [],
  emits: [],
})

export const liftLockout = defineRoute({
  id: 'users.liftLockout',
  method: 'DELETE',
  path: '/v1/admin/users/:userId/lockout',
  summary: 'Lift the lockout of a user',
  description:
    'Every device may try again at once, known to the user or not. Network addresses stay as they are.',
  access: backend('users:write'),
  params,
  status: 200,
  response: Wrapped('lockout', Lockout),
  errors: [],
  emits: [lockoutEvents['lockout.lifted']],
})
