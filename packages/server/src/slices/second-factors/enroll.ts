import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { productOf } from '#kernel/instance-environment'
import type { Transaction } from '#kernel/queries'
import { findUser } from '#slices/users'
import { sealContext, spendCode } from './prove.js'
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-code.js'
import * as store from './store.js'
import { describeTotp, newTotpSecret } from './totp.js'

/** Makes a secret for the app of a user who has confirmed none. */
export async function enroll(call: Call, tx: Transaction, userId: string) {
  const secret = newTotpSecret()
  const sealed = call.seal.seal(secret, sealContext(tx.environmentId, userId))
  if (!(await store.keepTotp(tx, userId, sealed))) throw fail(errors.totp_already_enabled)
  const user = await findUser(tx, userId)
  const label = user?.emails[0]?.email ?? user?.username ?? userId
  return describeTotp(secret, { issuer: productOf(call.environment), label })
}

/** Puts an enrolled app in force by its first code, and answers the recovery codes. */
export async function confirm(call: Call, tx: Transaction, userId: string, code: string): Promise<string[]> {
  const totp = await store.findTotp(tx, userId)
  if (!totp) throw fail(errors.totp_not_enrolled)
  if (totp.is_confirmed) throw fail(errors.totp_already_enabled)
  await spendCode(call, tx, userId, totp, code)
  await call.record(tx, 'second_factor.enabled', { userId })
  return newRecoveryCodes(tx, userId)
}

/** Makes a set of recovery codes; those before it die. */
export async function newRecoveryCodes(tx: Transaction, userId: string): Promise<string[]> {
  const recoveryCodes = makeRecoveryCodes()
  await store.replaceRecoveryCodes(tx, userId, recoveryCodes.map(hashRecoveryCode))
  return recoveryCodes
}

/** Takes the second factors of a user away, if it has any. */
export async function disable(call: Call, tx: Transaction, userId: string): Promise<void> {
  if (await store.deleteSecondFactors(tx, userId)) await call.record(tx, 'second_factor.disabled', { userId })
}
