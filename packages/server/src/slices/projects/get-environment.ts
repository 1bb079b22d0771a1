import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { presentEnvironment } from './present.js'

/** Answers the environment that the caller is in. */
export const getEnvironment = implement(api.environments.getEnvironment).handler(async (call) => ({
  environment: presentEnvironment(call.environment),
}))
