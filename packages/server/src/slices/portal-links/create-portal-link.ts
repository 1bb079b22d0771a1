import { api, errors, portalLifetimeSecondsDefault } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId, parseId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { hashSecret, makeSecret } from '#kernel/secret'
import { findMembership, lockOrganization, requireRole } from '#slices/organizations'
import { lockUser } from '#slices/users'
import { isAllowedReturn, tokenPrefix } from './portal-link.js'
import { presentPortalLink } from './present.js'
import * as store from './store.js'

/** Makes a link for a person who may manage what it is for, and shows its address, this once. */
export const createPortalLink = implement(api.portalLinks.createPortalLink).handler(
  async (call, { body }) => {
    const { page, returnUrl = null, lifetimeSeconds = portalLifetimeSecondsDefault } = body
    const { settings, projectSlug, name } = call.environment
    const { allowedOrigins, selfServiceApiKeys } = settings
    if (!selfServiceApiKeys[body.organizationId === undefined ? 'users' : 'organizations'])
      throw fail(errors.api_keys_not_offered)
    if (returnUrl !== null && !isAllowedReturn(returnUrl, allowedOrigins, call.publicUrl))
      throw fail(errors.portal_return_url_not_allowed)
    const token = makeSecret(tokenPrefix)
    return call.tx(async (tx) => {
      const organizationId =
        body.organizationId === undefined ? null : await lockKnownOrganization(tx, body.organizationId)
      const userId = await lockKnownUser(tx, body.userId)
      if (organizationId !== null) await requireAdmin(tx, organizationId, userId)
      const tokenHash = hashSecret(token)
      const row = await store.insertLink(tx, {
        id: newId(),
        userId,
        organizationId,
        page,
        returnUrl,
        tokenHash,
        lifetimeSeconds,
      })
      const portalLink = presentPortalLink(row)
      await call.record(tx, 'portal_link.created', { portalLink })
      // In the fragment, which no server is sent: it is in no log and no referrer.
      const url = `${call.publicUrl}/portal#token=${token}&environment=${projectSlug}/${name}`
      return { portalLink: { ...portalLink, url } }
    })
  },
)

async function lockKnownOrganization(tx: Transaction, text: string): Promise<string> {
  const id = parseId(text)
  if (id === undefined) throw fail(errors.organization_not_found)
  await lockOrganization(tx, id)
  return id
}

async function lockKnownUser(tx: Transaction, text: string): Promise<string> {
  const id = parseId(text)
  const user = id === undefined ? undefined : await lockUser(tx, id)
  if (!user) throw fail(errors.user_not_found)
  if (user.is_banned) throw fail(errors.portal_user_banned)
  return user.id
}

async function requireAdmin(tx: Transaction, organizationId: string, userId: string): Promise<void> {
  const membership = await findMembership(tx, organizationId, userId)
  if (!membership) throw fail(errors.membership_not_found)
  requireRole(membership.role, 'admin')
}
