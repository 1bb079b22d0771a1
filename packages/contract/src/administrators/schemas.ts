import Type, { type Static } from 'typebox'
import { EmailAddress, Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const AdministratorName = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

export const AdministratorRole = OneOf(['instance_admin', 'tenant_admin'], {
  description:
    'An `instance_admin` may do everything, a `tenant_admin` everything in its projects and nothing elsewhere.',
})
export type AdministratorRole = Static<typeof AdministratorRole>

export const ProjectIds = Type.Array(Id, {
  maxItems: 1_000,
  uniqueItems: true,
  description: 'The projects of a `tenant_admin`.',
})

export const Administrator = Resource('Administrator', 'Somebody who administers this installation.', {
  id: Id,
  email: EmailAddress,
  name: Nullable(Type.String()),
  role: AdministratorRole,
  projectIds: ProjectIds,
  status: OneOf(['invited', 'active'], { description: '`invited` until the invitation is accepted.' }),
  invitationExpiresAt: Nullable(
    Type.String({
      format: 'date-time',
      description: 'When the open invitation stops working; null where there is none, or none any more.',
    }),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Administrator = Static<typeof Administrator>
