import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import * as store from './store.js'

/** What one person or organization may have without the backend: enough for everyone, and an end. */
export const activeKeysMax = 100

/** Refuses where the environment does not let people, or organizations, manage keys of their own. */
export function requireOffer(call: Call, whose: 'users' | 'organizations'): void {
  if (!call.environment.settings.selfServiceApiKeys[whose]) throw fail(errors.api_keys_not_offered)
}

/** Refuses one key more than an owner may have. The caller holds the owner, so that nobody counts at the same time. */
export async function keepTheLimit(tx: Transaction, owner: store.Owner): Promise<void> {
  if ((await store.countActiveKeys(tx, owner)) < activeKeysMax) return
  throw fail(errors.api_key_limit_reached, { keysMax: activeKeysMax })
}
