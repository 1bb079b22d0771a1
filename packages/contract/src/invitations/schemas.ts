import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'
import { Role } from '../memberships/schemas.js'

export const InvitationStatus = OneOf(['pending', 'accepted', 'revoked', 'expired'])

export const Invitation = Resource('Invitation', 'An offer to an email address to join an organization.', {
  id: Id,
  orgId: Id,
  email: Type.String(),
  role: Role,
  status: InvitationStatus,
  invitedBy: Nullable(
    Type.String({ format: 'uuid', description: 'The member who invited; null: a backend.' }),
  ),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  acceptedAt: Nullable(Timestamp),
  revokedAt: Nullable(Timestamp),
})
export type Invitation = Static<typeof Invitation>

/** The only answer that carries the token, for backends alone: a member could accept with it in another's name. */
export const NewInvitation = Resource('NewInvitation', 'A new invitation with its one-time token.', {
  ...Invitation.properties,
  token: Type.String({ description: 'Shown once: put it into the link of a mail to the address.' }),
})
export type NewInvitation = Static<typeof NewInvitation>
