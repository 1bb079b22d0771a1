import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { knownScope } from './known-scope.js'
import { presentScope } from './present.js'

/** Answers one scope of an API. */
export const getApiScope = implement(api.apis.getApiScope).handler(async (call, { params }) => ({
  scope: presentScope(await knownScope(call.read, params)),
}))
