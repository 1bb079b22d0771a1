import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { ApplicationPrincipal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { coveredBy, grantOf, holdGrant } from '#slices/applications'
import { permissionsUnder } from './recognize-token.js'
import * as store from './store.js'

/** What a token lets its application do as of this transaction; whoever takes some of it away waits for its end. */
export async function holdPermissions(
  tx: Transaction,
  { id, apiId, scopes, jti }: ApplicationPrincipal,
): Promise<readonly string[]> {
  const row = await holdGrant(tx, id, apiId)
  if (!row || (await store.isRevoked(tx, jti))) throw fail(errors.invalid_api_key)
  const grant = grantOf(row)
  return permissionsUnder(grant, coveredBy(grant, scopes))
}
