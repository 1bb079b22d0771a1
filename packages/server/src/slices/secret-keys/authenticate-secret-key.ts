import { lookUpTogether } from '#kernel/coalesce'
import type { Environment, KeyTerms, SecretKeyPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import { environmentOf } from '#slices/projects'
import { isWellFormedKey, type KeyKind } from './secret-key.js'
import * as store from './store.js'

/** Told of every use of a key that works. */
export type OnUse = (environmentId: string, id: string, isDeprecated: boolean) => void

/**
 * Recognises keys. There is no cache, so a key that was revoked, disabled or changed is so on the next request of
 * every node, and one that ends does so by the clock of the database, which compares its end in the look-up.
 * Look-ups that arrive together share one query, which makes that cheap.
 */
export function createKeyAuthenticator(anywhere: Queries, onUse: OnUse) {
  const find = lookUpTogether<Buffer, store.FoundKey>((hashes) => store.findByHashes(anywhere, hashes), {
    nameOf: (hash) => hash.toString('latin1'),
    nameOfRow: ({ hash }) => hash.toString('latin1'),
  })

  /** The key, with its use told; why it does not work; or undefined where there is none. */
  async function findKey(text: string, kind: KeyKind) {
    if (!isWellFormedKey(text, kind)) return undefined
    const key = await find(hashSecret(text))
    if (key?.kind !== kind) return undefined
    const { status } = key
    if (status !== 'active' && status !== 'deprecated') return status
    onUse(key.environment_id, key.id, status === 'deprecated')
    return key
  }

  return {
    async secretKey(
      secret: string,
    ): Promise<
      | { principal: SecretKeyPrincipal; environment: Environment; terms: KeyTerms | undefined }
      | 'disabled'
      | 'expired'
      | 'revoked'
      | undefined
    > {
      const key = await findKey(secret, 'secret')
      if (key === undefined || typeof key === 'string') return key
      return {
        principal: { kind: 'secret_key', id: key.id, permissions: key.permissions },
        environment: environmentOf(key),
        terms: termsOf(key),
      }
    },
    async publishableKey(
      text: string,
    ): Promise<{ environment: Environment; terms: KeyTerms | undefined } | undefined> {
      const key = await findKey(text, 'publishable')
      if (key === undefined || typeof key === 'string') return undefined
      return { environment: environmentOf(key), terms: termsOf(key) }
    },
  }
}

/** Undefined for most keys, which then cost nothing more. */
function termsOf(key: store.FoundKey): KeyTerms | undefined {
  const { deprecated_at, grace_period_ends_at, rate_limit_per_minute, rate_limit_per_hour } = key
  if (deprecated_at === null && rate_limit_per_minute === null && rate_limit_per_hour === null)
    return undefined
  return {
    id: key.id,
    deprecation:
      deprecated_at !== null && grace_period_ends_at !== null
        ? { deprecatedAt: deprecated_at, endsAt: grace_period_ends_at }
        : undefined,
    requestsPerMinute: rate_limit_per_minute,
    requestsPerHour: rate_limit_per_hour,
  }
}
