import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { environmentOf } from './environment.js'
import { existingProject } from './existing-project.js'
import { presentEnvironment } from './present.js'
import * as store from './store.js'

/** Lists the environments of a project. */
export const listEnvironments = implement(api.environments.listEnvironments).handler(
  async (call, { params, query }) => {
    await existingProject(call.anywhere, params.projectId)
    const request = pageRequest(query)
    const rows = await store.listEnvironments(call.anywhere, params.projectId, request)
    return pageOf('environments', request, rows, (row) => presentEnvironment(environmentOf(row)))
  },
)
