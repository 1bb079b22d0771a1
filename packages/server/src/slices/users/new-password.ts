import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { checkPassword, hashPassword, normalized } from './password.js'

/**
 * Hashes a password that a person chose, if the policy of the environment allows it. Another server may be asked
 * about it, so this is not for the inside of a transaction; a backend, which may repeat itself, is in one.
 */
export async function hashNewPassword(call: Call, password: string): Promise<string> {
  const { passwordPolicy } = call.environment.settings
  checkPassword(password, passwordPolicy)
  const isRefused = passwordPolicy.refuseBreached !== false && (await call.isBreached(normalized(password)))
  if (isRefused) throw fail(errors.password_breached)
  return hashPassword(password)
}
