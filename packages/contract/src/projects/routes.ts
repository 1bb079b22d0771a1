import Type from 'typebox'
import { administrator, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { projectErrors } from './errors.js'
import { Project } from './schemas.js'

export const listProjects = defineRoute({
  id: 'projects.list',
  method: 'GET',
  path: '/v1/projects',
  summary: 'List the projects of this installation',
  access: administrator('projects:read', 'instance'),
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('projects', Project),
  errors: [],
  emits: [],
})

export const getProject = defineRoute({
  id: 'projects.get',
  method: 'GET',
  path: '/v1/projects/:projectId',
  summary: 'Get a project with its environments',
  access: administrator('projects:read', 'instance'),
  params: { projectId: projectErrors.project_not_found },
  status: 200,
  response: Wrapped('project', Project),
  errors: [],
  emits: [],
})
