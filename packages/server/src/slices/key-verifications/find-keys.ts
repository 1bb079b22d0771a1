import { coalesce, fullBatch } from '#kernel/coalesce'
import type { Queries } from '#kernel/queries'
import { hashSecretToHex } from '#kernel/secret'
import * as store from './store.js'

/**
 * Finds keys by what customers sent, in every environment that knows one: each may know the same imported key, with
 * what it means to it. There is no cache, so a key that was revoked or changed is so for the next look, on every node;
 * look-ups that arrive together share one query, which makes that cheap. No checksum is looked at: a key that was taken
 * over from another system has none.
 */
export function createKeyFinder(
  anywhere: Queries,
): (secret: string) => Promise<readonly store.FoundKey[] | undefined> {
  const find = coalesce<string, readonly store.FoundKey[]>((hashes) => store.findByHashes(anywhere, hashes), {
    inFlightMax: 1,
    fullAt: fullBatch,
  })
  return (secret) => find(hashSecretToHex(secret))
}
