import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import { findPasswordHash } from '#slices/users'

const lifetimeMs = 5 * 60_000

/** A sign-in of which the first factor is done. */
export interface PendingSignIn {
  readonly userId: string
  /** Of the password at that time: whoever sets another one ends what was begun under the old. */
  readonly passwordMark: string
}

type Issuer = Pick<Call, 'seal' | 'clock'> & { readonly environment: Pick<Call['environment'], 'id'> }

/** Makes the proof that a user has done the first factor. It is stateless: the second factor is what is used once. */
export async function sealPendingToken(
  { seal, clock, environment }: Issuer,
  tx: Transaction,
  userId: string,
): Promise<string> {
  const claims: Claims = {
    userId,
    passwordMark: await passwordMark(tx, userId),
    expiresAtMs: clock.now() + lifetimeMs,
  }
  return seal.seal(Buffer.from(JSON.stringify(claims)), contextOf(environment.id)).toString('base64url')
}

/** Whose first factor a pending token proves. One that is late, altered or of elsewhere proves nothing. */
export function openPendingToken({ seal, clock, environment }: Issuer, token: string): PendingSignIn {
  const { expiresAtMs, ...pending } = claimsOf(() =>
    seal.open(Buffer.from(token, 'base64url'), contextOf(environment.id)),
  )
  if (clock.now() >= expiresAtMs) throw fail(errors.invalid_pending_token)
  return pending
}

/** Refuses a sign-in that was begun under a password which is no longer the user's. */
export async function requireSamePassword(tx: Transaction, pending: PendingSignIn): Promise<void> {
  if (pending.passwordMark !== (await passwordMark(tx, pending.userId)))
    throw fail(errors.invalid_pending_token)
}

async function passwordMark(tx: Transaction, userId: string): Promise<string> {
  return hashSecret((await findPasswordHash(tx, userId)) ?? '').toString('base64url')
}

interface Claims extends PendingSignIn {
  readonly expiresAtMs: number
}

function claimsOf(open: () => Buffer): Claims {
  try {
    return JSON.parse(open().toString())
  } catch {
    throw fail(errors.invalid_pending_token)
  }
}

function contextOf(environmentId: string): string {
  return `pending-sign-in/${environmentId}`
}
