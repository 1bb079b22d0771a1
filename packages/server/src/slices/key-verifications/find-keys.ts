import { lookUpTogether } from '#kernel/coalesce'
import type { Queries } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import * as store from './store.js'

interface Wanted {
  readonly environmentId: string
  readonly hash: Buffer
}

/**
 * Finds keys by what customers sent. There is no cache, so a key that was revoked or changed is so for the next look,
 * on every node; look-ups that arrive together share one query, which makes that cheap. No checksum is looked at: a
 * key that was taken over from another system has none.
 */
export function createKeyFinder(
  anywhere: Queries,
): (environmentId: string, secret: string) => Promise<store.FoundKey | undefined> {
  const find = lookUpTogether<Wanted, store.FoundKey>(
    (wanted) =>
      store.findByHashes(
        anywhere,
        wanted.map(({ hash }) => hash),
      ),
    {
      nameOf: ({ environmentId, hash }) => placeOf(environmentId, hash),
      nameOfRow: ({ environment_id, hash }) => placeOf(environment_id, hash),
    },
  )
  return (environmentId, secret) => find({ environmentId, hash: hashSecret(secret) })
}

/** Environments may know the same imported key, each with what it means to them. */
function placeOf(environmentId: string, hash: Buffer): string {
  return environmentId + hash.toString('latin1')
}
