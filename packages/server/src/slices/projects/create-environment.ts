import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { existingEnvironment, existingProject } from './existing-project.js'
import { presentEnvironment } from './present.js'
import * as store from './store.js'

/** Creates the environment that a project lacks; its keys are made by whoever first needs one. */
export const createEnvironment = implement(api.environments.createEnvironment).handler(
  async (call, { params: { projectId }, body: { name, settings = {} } }) => {
    const id = newId()
    const environment = await call.tx(async (tx) => {
      if (!(await store.insertEnvironment(tx, { id, projectId, name, settings }))) {
        await existingProject(tx, projectId)
        throw fail(errors.environment_exists, { environmentName: name })
      }
      const created = presentEnvironment(await existingEnvironment(tx, { projectId, environmentId: id }))
      await call.record(tx, 'environment.created', { environment: created })
      return created
    })
    return { environment }
  },
)
