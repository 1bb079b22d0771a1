import type { LookUps } from '#kernel/look-up'
import type { Environment, KeyTerms, SecretKeyPrincipal } from '#kernel/principal'
import { environmentOf } from '#slices/projects'
import { isOfKind, type KeyKind } from './secret-key.js'
import * as store from './store.js'

/** Told of every use of a key that works. */
export type OnUse = (environmentId: string, id: string, isDeprecated: boolean) => void

/**
 * Recognises keys. There is no cache, so a key that was revoked, disabled or changed is so on the next request of
 * every node, and one that ends does so by the clock of the database, which compares its end in the look-up.
 */
export function createKeyAuthenticator(lookUps: LookUps, onUse: OnUse) {
  const find = lookUps(store.bySecret(foundOf))

  /** What the key stands for, with its use told; why it does not work; or undefined where there is none. */
  async function findKey(text: string, kind: KeyKind) {
    if (!isOfKind(text, kind)) return undefined
    const found = await find(text)
    if (found?.key.kind !== kind) return undefined
    const { status, environment_id, id } = found.key
    if (status !== 'active' && status !== 'deprecated') return status
    onUse(environment_id, id, status === 'deprecated')
    return found.recognized
  }

  return {
    secretKey: (secret: string) => findKey(secret, 'secret'),
    async publishableKey(text: string): Promise<Omit<Recognized, 'principal'> | undefined> {
      const found = await findKey(text, 'publishable')
      return typeof found === 'string' ? undefined : found
    },
  }
}

/** What whoever sends a key is, and where. */
interface Recognized {
  readonly principal: SecretKeyPrincipal
  readonly environment: Environment
  readonly terms: KeyTerms | undefined
}

interface Found {
  readonly key: store.FoundKey
  readonly recognized: Recognized
}

/** Made once for all requests that asked for a key together. */
function foundOf(key: store.FoundKey): Found {
  const principal = { kind: 'secret_key', id: key.id, permissions: key.permissions } as const
  return { key, recognized: { principal, environment: environmentOf(key), terms: termsOf(key) } }
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
