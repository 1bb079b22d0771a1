import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { existingEnvironment } from './existing-project.js'
import { presentEnvironment } from './present.js'

/** Answers an environment of the project that the path names. */
export const getProjectEnvironment = implement(api.environments.getProjectEnvironment).handler(
  async (call, { params }) => ({
    environment: presentEnvironment(await existingEnvironment(call.anywhere, params)),
  }),
)
