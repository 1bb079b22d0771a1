import type { Queries, Transaction } from '#kernel/queries'
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

/** Tells what became of a link without taking it; undefined if the token is none. */
export async function inspectLink(
  read: Queries,
  purpose: Purpose,
  token: string,
): Promise<store.LinkRow | undefined> {
  return isWellFormedSecret(token, tokenPrefix) ? store.findLink(read, purpose, hashSecret(token)) : undefined
}
