import type { AdministratorPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

/**
 * Says what a user of the instance's own environment may do. It is asked on every request, so that a role or a
 * project that was taken away is gone with the next one; a session alone gives no right.
 */
export function createAdministratorAuthenticator(read: Queries) {
  return async function administrator(userId: string): Promise<AdministratorPrincipal | undefined> {
    const row = await store.findAdministrator(read, userId)
    if (!row?.joined_at) return undefined
    const principal = { kind: 'administrator', id: row.id, permissions: ['*'] } as const
    return row.role === 'instance_admin' ? principal : { ...principal, projectIds: row.project_ids }
  }
}
