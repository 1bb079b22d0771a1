import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { BackendPrincipal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { type ApiRow, findManagementApi } from '#slices/apis'
import { refuseStronger } from '#slices/secret-keys'
import { permissionsOf } from './management-scopes.js'
import * as store from './store.js'

/** Finds an application for a change, which others have to wait for. */
export async function lockKnownApplication(tx: Transaction, id: string): Promise<store.ApplicationRow> {
  const application = await store.lockApplication(tx, id)
  if (!application) throw fail(errors.application_not_found)
  return application
}

/**
 * Refuses to let an application do here what the caller may not do itself: by its tokens, whoever gives it scopes of
 * the management API, or gets a secret of one that has them, could do it as well. An application has no end.
 */
export async function refuseStrongerApplication(
  call: Call<BackendPrincipal>,
  tx: Transaction,
  { apis }: Pick<store.ApplicationRow, 'apis'>,
): Promise<void> {
  const management: ApiRow | undefined = await findManagementApi(tx)
  const granted = apis.find(({ apiId }) => apiId === management?.id)
  if (!granted) return
  const permissions = granted.scopes === '*' ? ['*'] : permissionsOf(granted.scopes)
  await refuseStronger(call, tx, { permissions, allowedNamespaces: null, endsAt: null })
}
