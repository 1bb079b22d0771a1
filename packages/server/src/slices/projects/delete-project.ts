import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { existingProject } from './existing-project.js'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Deletes a project. Whatever looks for its environments passes it over from the next statement on. */
export const deleteProject = implement(api.projects.deleteProject).handler(async (call, { params }) => {
  const project = await call.tx(async (tx) => {
    const row = await store.deleteProject(tx, params.projectId)
    if (!row) {
      await existingProject(tx, params.projectId)
      throw fail(errors.project_is_default)
    }
    const deleted = presentProject(row)
    await call.record(tx, 'project.deleted', { project: deleted })
    return deleted
  })
  return { project }
})
