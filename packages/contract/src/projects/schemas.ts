import Type, { type Static } from 'typebox'
import { Id, Metadata, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'
import { Environment } from '../environments/schemas.js'

export const ProjectName = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
export const ProjectSlug = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z]([a-z0-9-]*[a-z0-9])?$',
  description: 'Small letters, digits and hyphens; begins with a letter, ends with a letter or digit.',
})

export const Purge = Resource('Purge', 'The removal of a project for good, and how far it is.', {
  requestedAt: Timestamp,
  removedRows: Type.Integer({ description: 'Rows of its environments that are gone so far.' }),
})

export const Project = Resource('Project', 'A product with its own users.', {
  id: Id,
  slug: Type.String({ description: 'Unique in the installation, for as long as the project exists.' }),
  name: Type.String(),
  isDefault: Type.Boolean({ description: 'Exactly one project is the default. It cannot be deleted.' }),
  status: OneOf(['active', 'deleted', 'purging'], {
    description: 'A `deleted` project can be recovered, one that is `purging` cannot.',
  }),
  metadata: Metadata('Only administrators read and write it.'),
  environments: Type.Array(Environment),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deletedAt: Nullable(Timestamp),
  purge: Nullable(Purge),
})
export type Project = Static<typeof Project>
