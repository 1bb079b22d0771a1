import { coalesce } from '#kernel/coalesce'
import type { Environment, SecretKeyPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import { environmentOf } from '#slices/projects'
import { isWellFormedKey, type KeyKind } from './secret-key.js'
import * as store from './store.js'

/**
 * Recognises keys. There is no cache, so a revoked key is refused on the next request of every node; look-ups
 * that arrive together share one query, which makes that cheap.
 */
export function createKeyAuthenticator(
  anywhere: Queries,
  onUse: (environmentId: string, id: string) => void,
) {
  const find = coalesce<Buffer, store.FoundKey>(
    async (hashes) => {
      const found = await store.findByHashes(anywhere, hashes)
      const byHash = new Map(found.map((key) => [key.hash.toString('latin1'), key]))
      return hashes.map((hash) => byHash.get(hash.toString('latin1')))
    },
    { inFlightMax: 2 },
  )

  async function findKey(text: string, kind: KeyKind): Promise<store.FoundKey | undefined> {
    if (!isWellFormedKey(text, kind)) return undefined
    const key = await find(hashSecret(text))
    return key?.kind === kind ? key : undefined
  }

  return {
    async secretKey(
      secret: string,
    ): Promise<{ principal: SecretKeyPrincipal; environment: Environment } | 'revoked' | undefined> {
      const key = await findKey(secret, 'secret')
      if (!key) return undefined
      if (key.revoked) return 'revoked'
      onUse(key.environment_id, key.id)
      return {
        principal: { kind: 'secret_key', id: key.id, permissions: key.permissions },
        environment: environmentOf(key),
      }
    },
    async publishableKey(text: string): Promise<Environment | undefined> {
      const key = await findKey(text, 'publishable')
      return key && !key.revoked ? environmentOf(key) : undefined
    },
  }
}
