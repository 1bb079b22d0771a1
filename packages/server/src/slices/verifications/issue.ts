import { randomInt } from 'node:crypto'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { hashSecret, makeSecret } from '#kernel/secret'
import * as store from './store.js'
import { codeContext, lifetimes, type Purpose, tokenPrefix } from './verification.js'

/** What is to be proved by whom; nobody has the identifier, an address or a number, where `userId` is null. */
interface Asked {
  readonly purpose: Purpose
  readonly identifier: string
  readonly userId: string | null
}

/** Makes the token of a link. The link of this purpose that the identifier had before dies with it. */
export async function issueLink(tx: Transaction, { purpose, identifier, userId }: Asked): Promise<string> {
  const token = makeSecret(tokenPrefix)
  const tokenHash = hashSecret(token)
  await store.issue(tx, { id: newId(), purpose, identifier, userId, tokenHash, minutes: lifetimes[purpose] })
  return token
}

/** Makes a code of six digits, in place of the one that the identifier had before. */
export async function issueCode(
  call: Call,
  tx: Transaction,
  { purpose, identifier, userId }: Asked,
): Promise<string> {
  const id = newId()
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const codeSealed = call.seal.seal(Buffer.from(code), codeContext(call.environment.id, id))
  await store.issue(tx, { id, purpose, identifier, userId, codeSealed, minutes: lifetimes[purpose] })
  return code
}
