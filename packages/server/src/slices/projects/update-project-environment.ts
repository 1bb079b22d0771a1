import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { changeSettings } from './change-settings.js'
import { existingEnvironment } from './existing-project.js'

/** Changes the settings that are named, as the environment itself can do it, and recorded there. */
export const updateProjectEnvironment = implement(api.environments.updateProjectEnvironment).handler(
  async (call, { params, body }) => {
    const environment = await existingEnvironment(call.anywhere, params)
    return { environment: await changeSettings(call.in(environment), body.settings) }
  },
)
