import type { Administrator } from '@claviger/contract'

/** An administrator as Fluxbase shows whoever signed in: by the names of its documents and by those of its server. */
export function adminUserOf({ id, email, name, role, status, createdAt, updatedAt }: Administrator) {
  return {
    id,
    email,
    name: name ?? '',
    full_name: name,
    role,
    email_verified: status === 'active',
    is_active: status === 'active',
    is_locked: false,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
