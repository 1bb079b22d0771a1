import Type, { type Static } from 'typebox'
import { Id, Metadata, Nullable, Resource, Timestamp } from '../define/index.js'

export const Organization = Resource('Organization', 'A group of users with roles.', {
  id: Id,
  name: Type.String(),
  slug: Type.String({ description: 'Unique in its environment, compared without case.' }),
  createdBy: Nullable(
    Type.String({ format: 'uuid', description: 'The user who created it, while there is one.' }),
  ),
  requiresSecondFactor: Type.Boolean({ description: 'Its members must prove a second factor to sign in.' }),
  publicMetadata: Metadata('Its members can read it; only a backend writes it.'),
  privateMetadata: Metadata('Only a backend reads and writes it.'),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Organization = Static<typeof Organization>

export const OrganizationName = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
export const OrganizationSlug = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$',
  description: 'Letters, digits and single hyphens; kept in lower case.',
})
