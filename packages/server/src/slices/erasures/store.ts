import type { Erased } from '@claviger/contract'
import type { Transaction } from '#kernel/queries'
import { query } from '#platform/db/build'

/** Erases what is left of a user who is deleted; its row must be gone. */
export function eraseUser(tx: Transaction, userId: string): Promise<Erased> {
  return tx.one(query<Erased>`
    select events, emails, text_messages as "textMessages", invitations from erase_user(${userId})`)
}
