import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { equalSecrets, hashSecret } from '#kernel/secret'
import { knownDevice } from '#slices/devices'
import * as store from './store.js'
import { codeContext, guessesMax, guessWindowSeconds, type Purpose } from './verification.js'

/**
 * Counts a guess at the code of an address or number, whether or not anybody has it, and answers how to take the
 * code. The count is kept on its own: a guess that is refused has been made nevertheless. A device that the owner
 * knows has a count of its own, which no stranger can use up.
 */
export async function consumeCode(
  call: Call,
  guess: { readonly purpose: Purpose; readonly identifier: string; readonly code: string },
): Promise<(tx: Transaction) => Promise<store.Proof | undefined>> {
  const { purpose, identifier, code } = guess
  const device = await knownDevice(call, identifier)
  const counter = hashSecret([purpose, identifier.toLowerCase(), device?.toString('hex')].join('\n'))
  const { guesses, reset_seconds } = await call.tx((tx) => store.countGuess(tx, counter, guessWindowSeconds))
  if (guesses > guessesMax) throw fail(errors.verification_rate_limited, { retryAfterSeconds: reset_seconds })
  return async (tx) => {
    const open = await store.lockOpenCode(tx, purpose, identifier)
    if (!open) return undefined
    const genuine = call.seal.open(open.code_sealed, codeContext(call.environment.id, open.id))
    return equalSecrets(genuine, Buffer.from(code)) ? store.consume(tx, open.id) : undefined
  }
}
