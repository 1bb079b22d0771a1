import Type from 'typebox'
import { authenticationErrors, passwordErrors } from '../authentication/errors.js'
import { SignedIn } from '../authentication/schemas.js'
import {
  administrator,
  anyAdministration,
  Body,
  Done,
  defineRoute,
  EmailAddress,
  inInstance,
  Nullable,
  OneOf,
  Page,
  pageQuery,
  Timestamp,
  Wrapped,
} from '../define/index.js'
import { deviceEvents } from '../devices/events.js'
import { emailEvents } from '../emails/events.js'
import { lockoutEvents } from '../lockouts/events.js'
import { passkeyEvents } from '../passkeys/events.js'
import { projectErrors } from '../projects/errors.js'
import { secondFactorEvents } from '../second-factors/events.js'
import { resetSecondFactors as resetSecondFactorsOfUser } from '../second-factors/routes.js'
import { sessionEvents, signInEvents } from '../sessions/events.js'
import { administratorErrors } from './errors.js'
import { administratorEvents } from './events.js'
import { Administrator, AdministratorName, AdministratorRole, ProjectIds } from './schemas.js'

const known = { administratorId: administratorErrors.administrator_not_found }
const mayRead = administrator('administrators:read', 'administration')
const mayWrite = administrator('administrators:write', 'administration')

export const listAdministrators = defineRoute({
  id: 'administrators.list',
  method: 'GET',
  path: '/v1/instance/administrators',
  summary: 'List administrators, newest first',
  access: mayRead,
  query: Type.Object({
    ...pageQuery,
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 254,
        description: 'Part of the address or name, without case.',
      }),
    ),
  }),
  status: 200,
  response: Page('administrators', Administrator),
  errors: [],
  emits: [],
})

export const inviteAdministrator = defineRoute({
  id: 'administrators.create',
  method: 'POST',
  path: '/v1/instance/administrators',
  summary: 'Invite somebody to administer',
  description:
    'Mails a link that is good once, for seven days. Whoever has not accepted an earlier one is invited anew, with ' +
    'the role and the projects of this call; the earlier link is worth nothing any more.',
  access: mayWrite,
  body: Body(
    {
      email: EmailAddress,
      name: Type.Optional(AdministratorName),
      role: AdministratorRole,
      projectIds: Type.Optional(ProjectIds),
    },
    { examples: [{ email: 'grace@example.com', name: 'Grace', role: 'instance_admin' }] },
  ),
  status: 201,
  response: Wrapped('administrator', Administrator),
  errors: [
    administratorErrors.administrator_exists,
    administratorErrors.projects_without_role,
    projectErrors.project_not_found,
  ],
  emits: [administratorEvents['administrator.invited'], emailEvents['email.queued']],
})

export const getAdministrator = defineRoute({
  id: 'administrators.get',
  method: 'GET',
  path: '/v1/instance/administrators/:administratorId',
  summary: 'Get an administrator',
  access: mayRead,
  params: known,
  status: 200,
  response: Wrapped('administrator', Administrator),
  errors: [],
  emits: [],
})

export const updateAdministrator = defineRoute({
  id: 'administrators.update',
  method: 'PATCH',
  path: '/v1/instance/administrators/:administratorId',
  summary: 'Change the role or the projects of an administrator',
  description: 'Whoever is changed is signed out everywhere.',
  access: mayWrite,
  params: known,
  body: Body(
    { role: Type.Optional(AdministratorRole), projectIds: Type.Optional(ProjectIds) },
    { examples: [{ role: 'tenant_admin', projectIds: [] }] },
  ),
  status: 200,
  response: Wrapped('administrator', Administrator),
  errors: [
    administratorErrors.last_instance_admin,
    administratorErrors.projects_without_role,
    projectErrors.project_not_found,
  ],
  emits: [administratorEvents['administrator.updated'], sessionEvents['session.revoked']],
})

const assignment = { ...known, projectId: projectErrors.project_not_found }

export const assignProject = defineRoute({
  id: 'administrators.assignProject',
  method: 'PUT',
  path: '/v1/instance/administrators/:administratorId/projects/:projectId',
  summary: 'Have a `tenant_admin` administer one more project',
  description:
    'Whoever is changed is signed out everywhere; one that has the project already stays as it is.',
  access: mayWrite,
  params: assignment,
  status: 200,
  response: Wrapped('administrator', Administrator),
  errors: [administratorErrors.projects_without_role],
  emits: [administratorEvents['administrator.updated'], sessionEvents['session.revoked']],
})

export const unassignProject = defineRoute({
  id: 'administrators.unassignProject',
  method: 'DELETE',
  path: '/v1/instance/administrators/:administratorId/projects/:projectId',
  summary: 'Take a project from a `tenant_admin`',
  description: 'Whoever is changed is signed out everywhere; one that lacks the project stays as it is.',
  access: mayWrite,
  params: assignment,
  status: 200,
  response: Wrapped('administrator', Administrator),
  errors: [],
  emits: [administratorEvents['administrator.updated'], sessionEvents['session.revoked']],
})

export const deleteAdministrator = defineRoute({
  id: 'administrators.delete',
  method: 'DELETE',
  path: '/v1/instance/administrators/:administratorId',
  summary: 'Remove an administrator, or take an invitation back',
  access: mayWrite,
  params: known,
  status: 200,
  response: Done,
  errors: [administratorErrors.last_instance_admin],
  emits: [administratorEvents['administrator.deleted'], sessionEvents['session.revoked']],
})

export const resetSecondFactors = inInstance(resetSecondFactorsOfUser, {
  id: 'administrators.resetSecondFactors',
  path: '/v1/instance/administrators/:userId/second-factors',
  summary: 'Take the second factors of an administrator away',
  access: mayWrite,
})

const limits = [
  {
    by: 'address',
    requestsMax: 120,
    windowSeconds: 60,
    error: authenticationErrors.verification_rate_limited,
  },
] as const

export const inspectInvitation = defineRoute({
  id: 'administrators.inspectInvitation',
  method: 'POST',
  path: '/v1/instance/invitations/inspect',
  summary: 'Tell whether the token of an invitation is still good, and for whom',
  description:
    'It uses nothing up. An invitation that was sent anew has another token, and the earlier one is unknown.',
  access: anyAdministration,
  body: Body({ token: Type.String({ minLength: 1, maxLength: 128 }) }, { examples: [{ token: 'ver_3kP…' }] }),
  status: 200,
  response: Type.Object({
    status: OneOf(['open', 'used', 'expired']),
    expiresAt: Timestamp,
    administrator: Nullable(
      Type.Object(Administrator.properties, { description: 'Who is invited; null unless it is `open`.' }),
    ),
  }),
  errors: [authenticationErrors.verification_invalid],
  emits: [],
  limits,
})

export const acceptInvitation = defineRoute({
  id: 'administrators.acceptInvitation',
  method: 'POST',
  path: '/v1/instance/invitations/accept',
  summary: 'Become an administrator, or come back as one, by the token of a link',
  description:
    'The token works once: that of an invitation, or that of a link which the operator made. Where there is no ' +
    'name, the address stands in for it. Passkeys, second factors, devices and sessions of before are gone.',
  access: anyAdministration,
  body: Body(
    {
      token: Type.String({ minLength: 1, maxLength: 128 }),
      name: Type.Optional(AdministratorName),
      password: Type.String({ minLength: 1, maxLength: 1024 }),
    },
    { examples: [{ token: 'ver_3kP…', name: 'Grace', password: 'a longer password than that' }] },
  ),
  status: 200,
  response: SignedIn,
  errors: [
    authenticationErrors.verification_invalid,
    authenticationErrors.second_factor_required,
    ...Object.values(passwordErrors),
  ],
  emits: [
    administratorEvents['administrator.joined'],
    administratorEvents['administrator.recovered'],
    ...signInEvents,
    sessionEvents['session.revoked'],
    passkeyEvents['passkey.deleted'],
    secondFactorEvents['second_factor.disabled'],
    deviceEvents['device.deleted'],
    lockoutEvents['lockout.lifted'],
  ],
  limits,
  cookies: true,
})

export const recoverAdministrator = defineRoute({
  id: 'administrators.recover',
  method: 'POST',
  path: '/v1/instance/administrators/recover',
  summary: 'Make a link that sets the password of an administrator',
  description:
    'For the operator on the host alone. The link is good once, for 15 minutes. Where nobody administers the ' +
    'whole installation any more, it makes whoever reads it one who does.',
  access: mayWrite,
  body: Body({ email: EmailAddress }, { examples: [{ email: 'grace@example.com' }] }),
  status: 201,
  response: Type.Object({
    administrator: Administrator,
    url: Type.String({ description: 'Shown once. Whoever has it becomes this administrator.' }),
    expiresAt: Timestamp,
  }),
  errors: [administratorErrors.operator_required, administratorErrors.administrator_not_found],
  emits: [administratorEvents['administrator.recovery_requested']],
})
