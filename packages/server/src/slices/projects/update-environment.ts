import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { changeSettings } from './change-settings.js'

/** Changes the settings that are named; the next request of the environment sees them, on every node. */
export const updateEnvironment = implement(api.environments.updateEnvironment).handler(
  async (call, { body }) => ({ environment: await changeSettings(call, body.settings) }),
)
