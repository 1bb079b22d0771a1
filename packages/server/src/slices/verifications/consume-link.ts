import type { Transaction } from '#kernel/queries'
import { hashSecret, isWellFormedSecret } from '#kernel/secret'
import * as store from './store.js'
import { type Purpose, tokenPrefix } from './verification.js'

/** Takes the token of a link, which works once; undefined if it is none, or none any more. */
export async function consumeLink(
  tx: Transaction,
  purpose: Purpose,
  token: string,
): Promise<store.Proof | undefined> {
  return isWellFormedSecret(token, tokenPrefix)
    ? store.consumeToken(tx, purpose, hashSecret(token))
    : undefined
}
