import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { checkMaySeeDeleted } from './deleted-projects.js'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Lists the projects that the caller administers, with their environments. */
export const listProjects = implement(api.projects.listProjects).handler(async (call, { query }) => {
  checkMaySeeDeleted(call, query)
  const request = pageRequest(query)
  const filter = { ...query, ids: call.principal.projectIds }
  return pageOf('projects', request, await store.listProjects(call.anywhere, filter, request), presentProject)
})
