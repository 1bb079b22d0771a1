import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { type ApplicationPrincipal, type BackendPrincipal, covers } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import type { GivenTerms } from './secret-key.js'
import * as store from './store.js'

/** What makes one key stronger than another: what it may do, where, and for how long. */
export interface Strength {
  readonly permissions: readonly string[]
  readonly allowedNamespaces: readonly string[] | null
  readonly endsAt: string | null
}

export function strengthOf(key: store.KeyRow): Strength {
  const ends = [key.expires_at, key.grace_period_ends_at].filter((end) => end !== null)
  return {
    permissions: key.permissions,
    allowedNamespaces: key.allowed_namespaces,
    // Instants of one form are in order as texts.
    endsAt: ends.sort()[0] ?? null,
  }
}

/** What a token still lets its application do; whoever takes some of it away waits until the transaction is over. */
export type PermissionHolder = (
  tx: Transaction,
  principal: ApplicationPrincipal,
) => Promise<readonly string[]>

let holdPermissions: PermissionHolder = async () => {
  throw new Error('Nobody holds the permissions of applications.')
}

/** Registers who knows applications: keys know nothing of what is above them. */
export function holdPermissionsWith(holder: PermissionHolder): void {
  holdPermissions = holder
}

/** The strength of a key that has these terms and was never deprecated. */
export function strengthUnder({ permissions, allowedNamespaces, expiresAt }: GivenTerms): Strength {
  return { permissions, allowedNamespaces, endsAt: expiresAt }
}

/**
 * Refuses to give what the caller does not have itself: who holds a key must not come by more with it than the key
 * was made for, be it a permission, a namespace, or time after its own end.
 */
export async function refuseStronger(
  call: Call<BackendPrincipal>,
  tx: Transaction,
  given: Strength,
): Promise<void> {
  const own = await strengthOfCaller(call, tx)
  const { allowedNamespaces } = own
  const missing = given.permissions.find((permission) => !covers(own.permissions, permission))
  if (missing !== undefined) throw exceeds(`the caller lacks the permission \`${missing}\``)
  if (allowedNamespaces && !given.allowedNamespaces?.every((name) => allowedNamespaces.includes(name)))
    throw exceeds('the caller is for fewer namespaces')
  if (own.endsAt !== null && (given.endsAt === null || given.endsAt > own.endsAt))
    throw exceeds(`the caller itself ends at ${own.endsAt}, so \`expiresAt\` must be no later`)
}

/** As it is now: a key that was ended or weakened since it was recognised manages nothing more as what it was. */
async function strengthOfCaller({ principal }: Call<BackendPrincipal>, tx: Transaction): Promise<Strength> {
  const { permissions } = principal
  if (principal.kind === 'administrator') return { permissions, allowedNamespaces: null, endsAt: null }
  if (principal.kind === 'application') {
    const held = await holdPermissions(tx, principal)
    return { permissions: held, allowedNamespaces: null, endsAt: null }
  }
  const key = await store.holdWorkingKey(tx, principal.id)
  if (!key) throw fail(errors.revoked_api_key)
  return strengthOf(key)
}

function exceeds(excess: string) {
  return fail(errors.permission_exceeds_own, { excess })
}
