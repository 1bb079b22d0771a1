import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { portalSessionOf } from './portal-session-of.js'
import * as store from './store.js'

/** Tells the page who acts in it, when it is opened again without a link. */
export const getPortalSession = implement(api.portalLinks.getPortalSession).handler(async (call) => {
  const link = await store.findLink(call.read, call.principal.linkId)
  return { portalSession: await portalSessionOf(call.read, link) }
})
