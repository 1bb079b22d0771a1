import { backend, defineRoute, Wrapped } from '../define/index.js'
import { userErrors } from '../users/errors.js'
import { erasureErrors } from './errors.js'
import { erasureEvents } from './events.js'
import { Erased } from './schemas.js'

export const eraseUser = defineRoute({
  id: 'users.erase',
  method: 'POST',
  path: '/v1/admin/users/:userId/erase',
  summary: 'Erase what is left of a deleted user',
  description:
    'For whoever asks to be forgotten (GDPR article 17). Events go on telling what happened to the id, without ' +
    'addresses, names, metadata and network addresses; mails, text messages and invitations to the user go. ' +
    'It reads all events of the environment. Backups are not touched.',
  access: backend('users:write'),
  params: { userId: userErrors.user_not_found },
  status: 200,
  response: Wrapped('erased', Erased),
  errors: [erasureErrors.user_not_deleted],
  emits: [erasureEvents['user.erased']],
})
