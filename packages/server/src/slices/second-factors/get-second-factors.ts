import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { presentSecondFactors } from './present.js'
import * as store from './store.js'

/** Answers what the signed-in user has, and whether it must. */
export const getSecondFactors = implement(api.secondFactors.getSecondFactors).handler(async (call) => {
  const row = await store.findSecondFactors(call.read, call.principal.id)
  return { secondFactors: presentSecondFactors(call, row) }
})
