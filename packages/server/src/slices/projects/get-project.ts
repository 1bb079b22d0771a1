import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { checkMaySeeDeleted } from './deleted-projects.js'
import { existingProject } from './existing-project.js'
import { presentProject } from './present.js'

/** Answers one project with its environments. */
export const getProject = implement(api.projects.getProject).handler(async (call, { params, query }) => {
  checkMaySeeDeleted(call, query)
  return { project: presentProject(await existingProject(call.anywhere, params.projectId, query)) }
})
