import type { Environment, PortalPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { hashSecret, isWellFormedSecret } from '#kernel/secret'
import { environmentOf } from '#slices/projects'
import { sessionPrefix } from './portal-link.js'
import * as store from './store.js'

/** Recognises who has opened a portal. It is looked at on every request, so what ends it ends it at once. */
export function createPortalAuthenticator(anywhere: Queries) {
  return async function portal(
    token: string,
  ): Promise<{ principal: PortalPrincipal; environment: Environment } | undefined> {
    if (!isWellFormedSecret(token, sessionPrefix)) return undefined
    const found = await store.findSession(anywhere, hashSecret(token))
    if (!found) return undefined
    const { id: linkId, user_id: id, organization_id: organizationId } = found
    return { principal: { kind: 'portal', id, linkId, organizationId }, environment: environmentOf(found) }
  }
}
