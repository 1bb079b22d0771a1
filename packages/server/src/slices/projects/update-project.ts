import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { checkBucket } from '#kernel/metadata'
import { existingProject } from './existing-project.js'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Changes the fields that are named. */
export const updateProject = implement(api.projects.updateProject).handler(async (call, { params, body }) => {
  checkBucket('metadata', body.metadata)
  if (Object.keys(body).length === 0) {
    return { project: presentProject(await existingProject(call.anywhere, params.projectId)) }
  }
  const project = await call.tx(async (tx) => {
    const row = await store.updateProject(tx, params.projectId, body)
    if (!row) throw fail(errors.project_not_found)
    const updated = presentProject(row)
    await call.record(tx, 'project.updated', { project: updated })
    return updated
  })
  return { project }
})
