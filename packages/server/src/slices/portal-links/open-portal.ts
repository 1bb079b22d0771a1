import { api, errors, portalSessionSeconds } from '@claviger/contract'
import { portalCookieOf } from '#kernel/cookie-names'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { hashSecret, isWellFormedSecret, makeSecret } from '#kernel/secret'
import { sessionPrefix, tokenPrefix } from './portal-link.js'
import { portalSessionOf } from './portal-session-of.js'
import { presentPortalLink } from './present.js'
import * as store from './store.js'

/** Opens the portal of a link, exactly once: whoever looks at a link before the person does uses nothing up by it. */
export const openPortal = implement(api.portalLinks.openPortal).handler(async (call, { body }) => {
  if (!isWellFormedSecret(body.token, tokenPrefix)) throw fail(errors.portal_link_over)
  const session = makeSecret(sessionPrefix)
  const opening = {
    tokenHash: hashSecret(body.token),
    sessionHash: hashSecret(session),
    seconds: portalSessionSeconds,
  }
  const portalSession = await call.tx(async (tx) => {
    const link = await store.openLink(tx, opening)
    if (!link) throw fail(errors.portal_link_over)
    await call.record(tx, 'portal_link.opened', { portalLink: presentPortalLink(link) })
    return portalSessionOf(tx, link)
  })
  call.setCookie({
    name: portalCookieOf(call.publicUrl),
    value: session,
    maxAgeSeconds: portalSessionSeconds,
    readable: false,
    sameSite: 'lax',
  })
  return { portalSession }
})
