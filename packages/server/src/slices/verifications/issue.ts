import { randomInt } from 'node:crypto'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { hashSecret, makeSecret } from '#kernel/secret'
import * as store from './store.js'
import { codeContext, lifetimes, type Purpose, tokenPrefix } from './verification.js'

/** Makes the token of a link. The link of this purpose that the address had before dies with it. */
export async function issueLink(
  tx: Transaction,
  { purpose, email, userId }: { purpose: Purpose; email: string; userId: string | null },
): Promise<string> {
  const token = makeSecret(tokenPrefix)
  const tokenHash = hashSecret(token)
  await store.issue(tx, { id: newId(), purpose, email, userId, tokenHash, minutes: lifetimes[purpose] })
  return token
}

/** Makes a code of six digits, in place of the one that the address had before. */
export async function issueCode(
  call: Call,
  tx: Transaction,
  { purpose, email, userId }: { purpose: Purpose; email: string; userId: string | null },
): Promise<string> {
  const id = newId()
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const codeSealed = call.seal.seal(Buffer.from(code), codeContext(call.environment.id, id))
  await store.issue(tx, { id, purpose, email, userId, codeSealed, minutes: lifetimes[purpose] })
  return code
}
