import Type, { type Static } from 'typebox'
import { Id, Resource, Timestamp } from '../define/index.js'
import { Environment } from '../environments/schemas.js'

export const Project = Resource('Project', 'A product with its own users.', {
  id: Id,
  slug: Type.String({ description: 'Unique in the installation, compared without case.' }),
  name: Type.String(),
  isDefault: Type.Boolean({ description: 'Exactly one project is the default.' }),
  environments: Type.Array(Environment),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Project = Static<typeof Project>
