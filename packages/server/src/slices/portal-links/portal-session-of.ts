import { errors, type PortalSession } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Queries } from '#kernel/queries'
import { findOrganization } from '#slices/organizations'
import { findUser } from '#slices/users'
import { presentPortalSession } from './present.js'
import type { LinkRow } from './store.js'

/** What the page is told of an opened link; one whose user has just gone is over. */
export async function portalSessionOf(queries: Queries, link: LinkRow | undefined): Promise<PortalSession> {
  if (!link?.session_expires_at) throw fail(errors.portal_session_over)
  const [user, organization] = await Promise.all([
    findUser(queries, link.user_id),
    link.organization_id === null ? undefined : findOrganization(queries, link.organization_id),
  ])
  if (!user) throw fail(errors.portal_session_over)
  return presentPortalSession(link, link.session_expires_at, user, organization)
}
