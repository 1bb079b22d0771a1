import Type from 'typebox'
import {
  Body,
  backend,
  Done,
  defineRoute,
  EmailAddress,
  Page,
  pageQuery,
  user,
  Wrapped,
} from '../define/index.js'
import { emailEvents } from '../emails/events.js'
import { memberErrors } from '../memberships/errors.js'
import { membershipEvents } from '../memberships/events.js'
import { Membership, MembershipOf, Role } from '../memberships/schemas.js'
import { organizationErrors } from '../organizations/errors.js'
import { invitationErrors } from './errors.js'
import { invitationEvents } from './events.js'
import { Invitation, InvitationStatus, NewInvitation } from './schemas.js'

const organization = { organizationId: organizationErrors.organization_not_found }
const known = { invitationId: invitationErrors.invitation_not_found }
const refusals = [
  memberErrors.already_member,
  memberErrors.member_limit_reached,
  invitationErrors.invitation_pending,
]

export const listInvitations = defineRoute({
  id: 'invitations.list',
  method: 'GET',
  path: '/v1/admin/invitations',
  summary: 'List invitations, newest first',
  access: backend('invitations:read'),
  query: Type.Object({
    ...pageQuery,
    orgId: Type.Optional(Type.String({ maxLength: 64, description: 'Only to this organization.' })),
    email: Type.Optional(Type.String({ maxLength: 254, description: 'Exactly this address, without case.' })),
    status: Type.Optional(InvitationStatus),
  }),
  status: 200,
  response: Page('invitations', Invitation),
  errors: [],
  emits: [],
})

export const createInvitation = defineRoute({
  id: 'invitations.create',
  method: 'POST',
  path: '/v1/admin/invitations',
  summary: 'Invite an email address to an organization',
  description:
    'The token in the answer is shown once. Send it to the address in a mail of your own, or let the server mail ' +
    'it with `sendEmail`.',
  access: backend('invitations:write'),
  body: Body(
    {
      email: EmailAddress,
      orgId: Type.String({ maxLength: 64 }),
      role: Type.Optional(Role),
      sendEmail: Type.Optional(
        Type.Boolean({ description: 'Mails the address a link that accepts. `false` when absent.' }),
      ),
    },
    {
      examples: [
        { email: 'teammate@example.com', orgId: '01890a5d-ac96-774b-bcce-b302099a8057', role: 'member' },
      ],
    },
  ),
  status: 201,
  response: Wrapped('invitation', NewInvitation),
  errors: [organizationErrors.organization_not_found, ...refusals],
  emits: [invitationEvents['invitation.created'], emailEvents['email.queued']],
  idempotent: true,
})

export const getInvitation = defineRoute({
  id: 'invitations.get',
  method: 'GET',
  path: '/v1/admin/invitations/:invitationId',
  summary: 'Get an invitation',
  access: backend('invitations:read'),
  params: known,
  status: 200,
  response: Wrapped('invitation', Invitation),
  errors: [],
  emits: [],
})

export const revokeInvitation = defineRoute({
  id: 'invitations.revoke',
  method: 'DELETE',
  path: '/v1/admin/invitations/:invitationId',
  summary: 'Revoke an invitation',
  description: 'Its token stops working at once. An invitation that was revoked before may be revoked again.',
  access: backend('invitations:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [invitationErrors.invitation_already_used],
  emits: [invitationEvents['invitation.revoked']],
})

export const listMyInvitations = defineRoute({
  id: 'orgs.listInvitations',
  method: 'GET',
  path: '/v1/orgs/:organizationId/invitations',
  summary: 'List the invitations to an organization, as its owner or admin',
  access: user,
  params: organization,
  query: Type.Object({ ...pageQuery, status: Type.Optional(InvitationStatus) }),
  status: 200,
  response: Page('invitations', Invitation),
  errors: [memberErrors.role_required],
  emits: [],
})

export const createMyInvitation = defineRoute({
  id: 'orgs.invite',
  method: 'POST',
  path: '/v1/orgs/:organizationId/invitations',
  summary: 'Invite an email address, as owner or admin',
  description:
    'Mails the address a link that accepts. Only who reads its mail gets the token, so nobody can accept in its ' +
    'name. Only an owner may invite an owner.',
  access: user,
  params: organization,
  body: Body(
    { email: EmailAddress, role: Type.Optional(Role) },
    { examples: [{ email: 'new@example.com', role: 'member' }] },
  ),
  status: 201,
  response: Wrapped('invitation', Invitation),
  errors: [memberErrors.role_required, ...refusals],
  emits: [invitationEvents['invitation.created'], emailEvents['email.queued']],
  // It sends mail to an address that anyone may name.
  limits: [
    {
      by: 'address',
      requestsMax: 60,
      windowSeconds: 60,
      error: invitationErrors.invitation_rate_limited,
    },
    {
      by: 'body.email',
      requestsMax: 5,
      windowSeconds: 300,
      error: invitationErrors.invitation_rate_limited,
    },
  ],
  idempotent: true,
})

export const revokeMyInvitation = defineRoute({
  id: 'orgs.revokeInvitation',
  method: 'DELETE',
  path: '/v1/orgs/:organizationId/invitations/:invitationId',
  summary: 'Revoke an invitation, as owner or admin',
  access: user,
  params: { ...organization, ...known },
  status: 200,
  response: Done,
  errors: [memberErrors.role_required, invitationErrors.invitation_already_used],
  emits: [invitationEvents['invitation.revoked']],
})

export const acceptInvitation = defineRoute({
  id: 'orgs.acceptInvitation',
  method: 'POST',
  path: '/v1/orgs/invitations/accept',
  summary: 'Accept an invitation with its one-time token',
  description: 'The signed-in user must have the address that was invited.',
  access: user,
  body: Body({ token: Type.String({ minLength: 1, maxLength: 128 }) }, { examples: [{ token: 'inv_…' }] }),
  status: 200,
  response: Type.Object({ organization: MembershipOf, membership: Membership }),
  errors: [
    invitationErrors.invitation_not_found,
    invitationErrors.invitation_already_used,
    invitationErrors.invitation_revoked,
    invitationErrors.invitation_expired,
    invitationErrors.invitation_for_another_address,
    memberErrors.already_member,
  ],
  emits: [invitationEvents['invitation.accepted'], membershipEvents['membership.created']],
  idempotent: true,
})
