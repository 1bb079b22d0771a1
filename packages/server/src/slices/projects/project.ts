import { errors, type Project } from '@claviger/contract'
import { fail } from '#kernel/failure'

/** How far a project is on its way out. */
export function statusOf(row: {
  deleted_at: string | null
  purge_requested_at: string | null
}): Project['status'] {
  if (row.purge_requested_at !== null) return 'purging'
  return row.deleted_at === null ? 'active' : 'deleted'
}

/** Refuses to remove for good what the caller has not spelled out. */
export function checkConfirmation(confirm: string, confirmation: string): void {
  if (confirm !== confirmation) throw fail(errors.confirmation_mismatch, { confirmation })
}
