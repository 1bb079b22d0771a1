import Type from 'typebox'
import { administrator, Body, defineRoute, Metadata, Page, pageQuery, Wrapped } from '../define/index.js'
import { userErrors } from '../users/errors.js'
import { projectErrors } from './errors.js'
import { projectEvents } from './events.js'
import { Project, ProjectName, ProjectSlug } from './schemas.js'

const known = { projectId: projectErrors.project_not_found }
const includeDeleted = Type.Optional(
  Type.Boolean({ description: 'Deleted ones as well. Needs the permission `projects:delete`.' }),
)

export const listProjects = defineRoute({
  id: 'projects.list',
  method: 'GET',
  path: '/v1/projects',
  summary: 'List the projects of this installation',
  access: administrator('projects:read', 'project'),
  query: Type.Object({
    ...pageQuery,
    slug: Type.Optional(Type.String({ maxLength: 63, description: 'Exactly this slug.' })),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name or slug, without case.' }),
    ),
    includeDeleted,
  }),
  status: 200,
  response: Page('projects', Project),
  errors: [],
  emits: [],
})

export const createProject = defineRoute({
  id: 'projects.create',
  method: 'POST',
  path: '/v1/projects',
  summary: 'Create a project',
  description: 'It has an environment `live` and an environment `test`. The slug never changes.',
  access: administrator('projects:write', 'instance'),
  body: Body(
    {
      slug: ProjectSlug,
      name: ProjectName,
      metadata: Type.Optional(Metadata('Only administrators read and write it.')),
      isDefault: Type.Optional(Type.Literal(true, { description: 'Makes it the default.' })),
    },
    { examples: [{ slug: 'shop', name: 'Shop' }] },
  ),
  status: 201,
  response: Wrapped('project', Project),
  errors: [projectErrors.project_slug_taken, userErrors.metadata_too_large],
  emits: [projectEvents['project.created'], projectEvents['project.updated']],
})

export const getProject = defineRoute({
  id: 'projects.get',
  method: 'GET',
  path: '/v1/projects/:projectId',
  summary: 'Get a project with its environments',
  access: administrator('projects:read', 'project'),
  params: known,
  query: Type.Object({ includeDeleted }),
  status: 200,
  response: Wrapped('project', Project),
  errors: [],
  emits: [],
})

export const updateProject = defineRoute({
  id: 'projects.update',
  method: 'PATCH',
  path: '/v1/projects/:projectId',
  summary: 'Change fields of a project',
  access: administrator('projects:write', 'project'),
  params: known,
  body: Body(
    {
      name: Type.Optional(ProjectName),
      metadata: Type.Optional(Metadata('Replaces all of it.')),
    },
    { examples: [{ name: 'Shop of tomorrow' }] },
  ),
  status: 200,
  response: Wrapped('project', Project),
  errors: [userErrors.metadata_too_large],
  emits: [projectEvents['project.updated']],
})

export const makeDefaultProject = defineRoute({
  id: 'projects.makeDefault',
  method: 'POST',
  path: '/v1/projects/:projectId/make-default',
  summary: 'Make a project the default in place of the one that is',
  access: administrator('projects:write', 'instance'),
  params: known,
  status: 200,
  response: Wrapped('project', Project),
  errors: [],
  emits: [projectEvents['project.updated']],
})

export const deleteProject = defineRoute({
  id: 'projects.delete',
  method: 'DELETE',
  path: '/v1/projects/:projectId',
  summary: 'Delete a project, so that it can still be recovered',
  description:
    'From the next request on, on every node, its environments are unknown, its keys refused and its ' +
    'sessions dead. It keeps its slug and all its data.',
  access: administrator('projects:delete', 'instance'),
  params: known,
  status: 200,
  response: Wrapped('project', Project),
  errors: [projectErrors.project_is_default],
  emits: [projectEvents['project.deleted']],
})

export const recoverProject = defineRoute({
  id: 'projects.recover',
  method: 'POST',
  path: '/v1/projects/:projectId/recover',
  summary: 'Recover a deleted project',
  description: 'Everything in it is as it was: keys and sessions that have not expired are good again.',
  access: administrator('projects:delete', 'instance'),
  params: known,
  status: 200,
  response: Wrapped('project', Project),
  errors: [projectErrors.project_not_deleted, projectErrors.project_purging],
  emits: [projectEvents['project.recovered']],
})

export const purgeProject = defineRoute({
  id: 'projects.purge',
  method: 'POST',
  path: '/v1/projects/:projectId/purge',
  summary: 'Remove a project and everything in it for good',
  description:
    'The project is deleted at once, if it was not before, and cannot be recovered. The worker removes its data ' +
    'in the background; `projects.get` with `includeDeleted` shows how far it is, and 404 when nothing is left.',
  access: administrator('projects:delete', 'instance'),
  params: known,
  body: Body(
    { confirm: Type.String({ maxLength: 100, description: 'The slug of the project.' }) },
    { examples: [{ confirm: 'shop' }] },
  ),
  status: 200,
  response: Wrapped('project', Project),
  errors: [projectErrors.project_is_default, projectErrors.confirmation_mismatch],
  emits: [projectEvents['project.purge_requested']],
})
