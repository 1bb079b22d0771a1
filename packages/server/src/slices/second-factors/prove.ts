import { createHash } from 'node:crypto'
import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { type PendingSignIn, requireSamePassword } from '#slices/sessions'
import { lockUser } from '#slices/users'
import { hashRecoveryCode } from './recovery-code.js'
import * as store from './store.js'
import { stepOf } from './totp.js'

/** Of wrong codes, whatever route and sign-in they come by: a code of six digits stands a million guesses, no more. */
const limit = { triesMax: 10, windowSeconds: 15 * 60 }

/** Does what a code is needed for, unless too many wrong ones were tried for this user. */
export async function tryCode<T>(
  call: Call,
  userId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const bucket = createHash('sha256').update(`second-factors\n${userId}`).digest()
  // Outside of the transaction, which a wrong code undoes.
  const tries = await store.countTry(call.read, bucket, limit)
  if (tries.requests > limit.triesMax)
    throw fail(errors.second_factor_rate_limited, { retryAfterSeconds: tries.reset_seconds })
  return call.tx(async (tx) => {
    const done = await work(tx)
    // A right code is no wrong one: gives its place back.
    await store.uncountRequests(tx, [{ hash: bucket }])
    return done
  })
}

/** Locks the user of a pending sign-in. A ban, a deletion or a new password that came since the first factor wins. */
export async function lockPendingUser(tx: Transaction, pending: PendingSignIn): Promise<void> {
  const user = await lockUser(tx, pending.userId)
  if (!user || user.is_banned) throw fail(errors.invalid_credentials)
  await requireSamePassword(tx, pending)
}

/** Uses up a code of the confirmed authenticator app. */
export async function proveTotp(call: Call, tx: Transaction, userId: string, code: string): Promise<void> {
  const totp = await store.findTotp(tx, userId)
  if (!totp?.is_confirmed) throw fail(errors.invalid_second_factor_code)
  await spendCode(call, tx, userId, totp, code)
}

/** Uses up a code of an app, confirmed or about to be. */
export async function spendCode(
  call: Call,
  tx: Transaction,
  userId: string,
  totp: store.TotpRow,
  code: string,
): Promise<void> {
  const secret = call.seal.open(totp.secret_sealed, sealContext(tx.environmentId, userId))
  const step = stepOf(secret, code, call.clock.now())
  if (step === undefined || !(await store.useStep(tx, userId, step)))
    throw fail(errors.invalid_second_factor_code)
}

/** Uses up a recovery code. */
export async function proveRecoveryCode(
  call: Call,
  tx: Transaction,
  userId: string,
  code: string,
): Promise<void> {
  if (!(await store.useRecoveryCode(tx, userId, hashRecoveryCode(code))))
    throw fail(errors.invalid_second_factor_code)
  const { recovery_codes_left } = await store.findSecondFactors(tx, userId)
  await call.record(tx, 'recovery_code.used', { userId, recoveryCodesLeft: recovery_codes_left })
}

/** Uses up a code of either kind, of a signed-in user who has them. */
export async function proveAny(call: Call, tx: Transaction, userId: string, code: string): Promise<void> {
  await lockUser(tx, userId)
  const totp = await store.findTotp(tx, userId)
  if (!totp?.is_confirmed) throw fail(errors.totp_not_enabled)
  await (/^\d{6}$/.test(code) ? proveTotp : proveRecoveryCode)(call, tx, userId, code)
}

export function sealContext(environmentId: string, userId: string): string {
  return `totp/${environmentId}/${userId}`
}
