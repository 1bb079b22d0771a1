import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import * as store from './store.js'

/** Answers whether somebody has yet to become the first administrator. */
export const getSetup = implement(api.instance.getSetup).handler(async (call) => {
  const [isSetUp, hasAdministrator] = await Promise.all([
    store.hasInstanceAdmin(call.read),
    store.hasAdministrator(call.read),
  ])
  return { needsSetup: !isSetUp, hasAdministrator }
})
