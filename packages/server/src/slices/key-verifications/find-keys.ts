import { coalesce } from '#kernel/coalesce'
import type { Queries } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import type { createVerificationCounter, Sighting } from './count-verifications.js'
import * as store from './store.js'

export interface SeenKey {
  readonly key: store.FoundKey
  readonly sighting: Sighting
}

/**
 * Finds keys by what customers sent. There is no cache, so a key that was revoked or changed is so for the next look,
 * on every node; look-ups that arrive together share one query, which makes that cheap. No checksum is looked at: a
 * key that was taken over from another system has none.
 */
export function createKeyFinder(
  anywhere: Queries,
  counter: Pick<ReturnType<typeof createVerificationCounter>, 'see'>,
): (secret: string) => Promise<SeenKey | undefined> {
  const find = coalesce<Buffer, SeenKey>(
    async (hashes) => {
      const found = await store.findByHashes(anywhere, hashes)
      const byHash = new Map(found.map((key) => [key.hash.toString('latin1'), key]))
      return hashes.map((hash) => {
        const key = byHash.get(hash.toString('latin1'))
        if (!key) return undefined
        // Here and not later: what is written down from now on is not in what was found.
        return { key, sighting: counter.see(key.environment_id, key.id, key.verification_count) }
      })
    },
    { inFlightMax: 2 },
  )
  return (secret) => find(hashSecret(secret))
}
