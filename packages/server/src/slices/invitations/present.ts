import type { Invitation } from '@claviger/contract'
import type { InvitationRow } from './store.js'

export function presentInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    orgId: row.organization_id,
    email: row.email,
    role: row.role,
    status: row.status,
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
  }
}
