import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { existingProject } from './existing-project.js'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Recovers a deleted project; whether its removal for good or its recovery came first, the row decides. */
export const recoverProject = implement(api.projects.recoverProject).handler(async (call, { params }) => {
  const project = await call.tx(async (tx) => {
    const row = await store.recoverProject(tx, params.projectId)
    if (!row) {
      const found = await existingProject(tx, params.projectId, { includeDeleted: true })
      const isPurging = found.purge_requested_at !== null
      throw fail(isPurging ? errors.project_purging : errors.project_not_deleted)
    }
    const recovered = presentProject(row)
    await call.record(tx, 'project.recovered', { project: recovered })
    return recovered
  })
  return { project }
})
