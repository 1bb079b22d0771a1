import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { environmentOf } from './environment.js'
import { presentEnvironment } from './present.js'
import * as store from './store.js'

/** Changes the settings that are named; the next request of the environment sees them, on every node. */
export const updateEnvironment = implement(api.environments.updateEnvironment).handler(
  async (call, { body }) => {
    if (Object.keys(body.settings).length === 0) return { environment: presentEnvironment(call.environment) }
    const environment = await call.tx(async (tx) => {
      const updated = presentEnvironment(environmentOf(await store.updateSettings(tx, body.settings)))
      await call.record(tx, 'environment.updated', { environment: updated })
      return updated
    })
    return { environment }
  },
)
