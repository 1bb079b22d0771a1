import type { PortalLink, PortalSession } from '@claviger/contract'
import { presentUser, type UserRow } from '#slices/users'
import type { LinkRow } from './store.js'

export function presentPortalLink(row: LinkRow): PortalLink {
  return {
    id: row.id,
    page: row.page,
    userId: row.user_id,
    organizationId: row.organization_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/** An opened portal, with the people in it by their names. */
export function presentPortalSession(
  row: LinkRow,
  expiresAt: string,
  user: UserRow,
  organization: { readonly id: string; readonly name: string } | undefined,
): PortalSession {
  const { id, email, username } = presentUser(user)
  return {
    page: row.page,
    user: { id, email, username },
    organization: organization ? { id: organization.id, name: organization.name } : null,
    returnUrl: row.return_url,
    expiresAt,
  }
}
