import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { existingProject } from './existing-project.js'
import { presentProject } from './present.js'
import { checkConfirmation } from './project.js'
import * as store from './store.js'

/** Hands a project to the job that removes it for good; to ask again changes nothing. */
export const purgeProject = implement(api.projects.purgeProject).handler(async (call, { params, body }) => {
  const project = await call.tx(async (tx) => {
    const found = await existingProject(tx, params.projectId, { includeDeleted: true })
    checkConfirmation(body.confirm, found.slug)
    const row = await store.requestPurge(tx, params.projectId)
    if (!row) {
      const current = await existingProject(tx, params.projectId, { includeDeleted: true })
      if (current.is_default) throw fail(errors.project_is_default)
      return presentProject(current)
    }
    const purging = presentProject(row)
    await call.record(tx, 'project.purge_requested', { project: purging })
    return purging
  })
  return { project }
})
