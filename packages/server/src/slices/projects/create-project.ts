import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { checkBucket } from '#kernel/metadata'
import { existingProject } from './existing-project.js'
import { moveDefault } from './move-default.js'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Creates a project with both environments; their keys are made by whoever first needs one. */
export const createProject = implement(api.projects.createProject).handler(async (call, { body }) => {
  const { slug, name, metadata = {}, isDefault = false } = body
  checkBucket('metadata', metadata)
  const id = newId()
  const project = await call.tx(async (tx) => {
    if (!(await store.insertProject(tx, { id, slug, name, metadata }))) {
      throw fail(errors.project_slug_taken, { slug })
    }
    for (const environment of ['live', 'test']) {
      await store.insertEnvironment(tx, { id: newId(), projectId: id, name: environment, settings: {} })
    }
    const row = isDefault ? await moveDefault(call, tx, id) : await existingProject(tx, id)
    const created = presentProject(row)
    await call.record(tx, 'project.created', { project: created })
    return created
  })
  return { project }
})
