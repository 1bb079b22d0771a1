import type { Administrator } from '@claviger/contract'
import type { AdministratorRow } from './store.js'

export function presentAdministrator(row: AdministratorRow): Administrator {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    projectIds: [...row.project_ids],
    status: row.joined_at === null ? 'invited' : 'active',
    invitationExpiresAt: row.invitation_expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
