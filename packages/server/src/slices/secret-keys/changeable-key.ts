import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { BackendPrincipal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import type { GivenTerms } from './secret-key.js'
import * as store from './store.js'
import { refuseStronger, strengthOf } from './strength.js'

/** Finds a key for a change, which others have to wait for. */
export async function lockKnownKey(tx: Transaction, id: string): Promise<store.KeyRow> {
  const key = await store.lockKey(tx, id)
  if (!key) throw fail(errors.secret_key_not_found)
  return key
}

/** As `lockKnownKey`, for a change that may do the key good: not if it is revoked, or stronger than the caller. */
export async function lockChangeableKey(
  call: Call<BackendPrincipal>,
  tx: Transaction,
  id: string,
): Promise<store.KeyRow> {
  const key = await lockKnownKey(tx, id)
  if (key.status === 'revoked') throw fail(errors.secret_key_revoked)
  await refuseStronger(call, tx, strengthOf(key))
  return key
}

export function givenTermsOf(key: store.KeyRow): GivenTerms {
  return {
    name: key.name,
    description: key.description,
    permissions: key.permissions,
    allowedNamespaces: key.allowed_namespaces,
    rateLimitPerMinute: key.rate_limit_per_minute,
    rateLimitPerHour: key.rate_limit_per_hour,
    expiresAt: key.expires_at,
  }
}
