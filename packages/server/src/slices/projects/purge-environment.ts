import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { existingEnvironment } from './existing-project.js'
import { presentEnvironment } from './present.js'
import { checkConfirmation } from './project.js'
import * as store from './store.js'

/** Takes an environment out of its project, and hands it to the job that removes it for good. */
export const purgeEnvironment = implement(api.environments.purgeEnvironment).handler(
  async (call, { params, body }) => {
    const environment = await call.tx(async (tx) => {
      const found = await existingEnvironment(tx, params)
      checkConfirmation(body.confirm, `${found.projectSlug}/${found.name}`)
      if (!(await store.detachEnvironment(tx, params.projectId, params.environmentId))) {
        // Either somebody else was first, or it is the last one.
        await existingEnvironment(tx, params)
        throw fail(errors.last_environment)
      }
      const purging = presentEnvironment(found)
      await call.record(tx, 'environment.purge_requested', { environment: purging })
      return purging
    })
    return { environment }
  },
)
