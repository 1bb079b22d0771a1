import Type from 'typebox'
import { ApiKey } from '../api-keys/schemas.js'
import { administrator, Body, backend, defineRoute, Resource, Timestamp } from '../define/index.js'
import { Device } from '../devices/schemas.js'
import { Event } from '../events/schemas.js'
import { Identity } from '../identity-providers/schemas.js'
import { Invitation } from '../invitations/schemas.js'
import { MembershipOf } from '../memberships/schemas.js'
import { Passkey } from '../passkeys/schemas.js'
import { SecondFactors } from '../second-factors/schemas.js'
import { sessionEvents } from '../sessions/events.js'
import { Session } from '../sessions/schemas.js'
import { userErrors } from '../users/errors.js'
import { userEvents } from '../users/events.js'
import { User } from '../users/schemas.js'
import { importEvents } from './events.js'
import { ImportCounts, ImportResult, PasswordHash, passwordHashesMax, usersToImport } from './schemas.js'

export const importUsers = defineRoute({
  id: 'imports.users',
  method: 'POST',
  path: '/v1/admin/imports/users',
  summary: 'Import a batch of users',
  description:
    'Creates the users whose external id is new, changes what differs of the others, and leaves the rest alone: a ' +
    'repetition changes nothing. The batch is one transaction, in which a user that cannot be imported is left out ' +
    'and told why.',
  access: backend('users:write'),
  body: usersToImport,
  status: 200,
  response: Type.Object({
    dryRun: Type.Boolean(),
    counts: ImportCounts,
    results: Type.Array(ImportResult),
  }),
  errors: [],
  emits: [
    userEvents['user.created'],
    userEvents['user.updated'],
    userEvents['user.banned'],
    sessionEvents['session.revoked'],
  ],
})

const UserExport = Resource('UserExport', 'Everything that is kept about one user, but for the password.', {
  exportedAt: Timestamp,
  user: User,
  memberships: Type.Array(MembershipOf),
  sessions: Type.Array(Session),
  devices: Type.Array(Device),
  passkeys: Type.Array(Passkey),
  identities: Type.Array(Identity),
  secondFactors: SecondFactors,
  apiKeys: Type.Array(ApiKey, { description: 'Without their secrets, which nobody has.' }),
  invitations: Type.Array(Invitation, { description: 'Those that the user accepted.' }),
  events: Type.Array(Event, { description: 'What the user did and what was done to it, newest first.' }),
})

export const exportUser = defineRoute({
  id: 'users.export',
  method: 'GET',
  path: '/v1/admin/users/:userId/export',
  summary: 'Export everything about a user',
  description: 'For whoever asks what is kept about them (GDPR articles 15 and 20).',
  access: backend('users:read'),
  params: { userId: userErrors.user_not_found },
  status: 200,
  response: Type.Object({ export: UserExport }),
  errors: [],
  emits: [],
})

export const exportPasswordHashes = defineRoute({
  id: 'users.exportPasswordHashes',
  method: 'POST',
  path: '/v1/admin/exports/password-hashes',
  summary: 'Export the hashes of passwords, to move users to another server',
  description:
    'For administrators alone: whoever has the hashes can guess passwords without being counted. Each answer is ' +
    'recorded with whose hashes it carries. Users who are unknown or have no password are left out.',
  access: administrator('password_hashes:read'),
  body: Body(
    { userIds: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: passwordHashesMax }) },
    { examples: [{ userIds: ['01890a5d-ac96-774b-bcce-b302099a8057'] }] },
  ),
  status: 200,
  response: Type.Object({ passwordHashes: Type.Array(PasswordHash) }),
  errors: [],
  emits: [importEvents['password_hashes.exported']],
})
