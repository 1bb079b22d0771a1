import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Answers one project with its environments. */
export const getProject = implement(api.projects.getProject).handler(async (call, { params }) => {
  const row = await store.findProject(call.anywhere, params.projectId)
  if (!row) throw fail(errors.project_not_found)
  return { project: presentProject(row) }
})
