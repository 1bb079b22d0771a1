import { coalesce } from '#kernel/coalesce'
import type { Queries } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import type { createVerificationCounter, Sighting } from './count-verifications.js'
import * as store from './store.js'

export interface SeenKey {
  readonly key: store.FoundKey
  readonly sighting: Sighting
}

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
  counter: Pick<ReturnType<typeof createVerificationCounter>, 'see'>,
): (environmentId: string, secret: string) => Promise<SeenKey | undefined> {
  const find = coalesce<Wanted, SeenKey>(
    async (wanted) => {
      const found = await store.findByHashes(
        anywhere,
        wanted.map(({ hash }) => hash),
      )
      const byPlace = new Map(found.map((key) => [placeOf(key.environment_id, key.hash), key]))
      return wanted.map(({ environmentId, hash }) => {
        const key = byPlace.get(placeOf(environmentId, hash))
        if (!key) return undefined
        // Here and not later: by now nothing is known that came after what was found.
        return { key, sighting: counter.see(key.environment_id, key.id, key.verification_count) }
      })
    },
    { inFlightMax: 1 },
  )
  return (environmentId, secret) => find({ environmentId, hash: hashSecret(secret) })
}

/** Environments may know the same imported key, each with what it means to them. */
function placeOf(environmentId: string, hash: Buffer): string {
  return environmentId + hash.toString('latin1')
}
