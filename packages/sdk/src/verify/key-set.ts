import type { FetchFunction } from '../options.js'
import { Kept } from './kept.js'
import { askFor, member } from './well-known.js'

/** A public key, with the only algorithm that it verifies (RFC 8725 section 3.1). */
export interface PublicKey {
  readonly algorithm: 'ES256' | 'RS256'
  readonly key: CryptoKey
}

/** How long a key set is relied on, as the server allows. */
const keptMs = 10 * 60_000
/** A key that is not in it makes it fetched again, but no more often than this: anybody can make up names of keys. */
const cooldownMs = 30_000

const imports = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const

/** The key set of an environment, by the ids of its keys. */
export function keySetAt(
  url: string,
  { now, ...asking }: { fetch: FetchFunction; timeoutMs: number; now: () => number },
): (kid: string) => Promise<PublicKey | undefined> {
  const kept = new Kept<ReadonlyMap<string, PublicKey>>(
    async () => {
      const asOfMs = now()
      const answer = await askFor(url, asking)
      return { value: await importKeys(answer === 'unchanged' ? undefined : answer.json), asOfMs }
    },
    now,
    asking.timeoutMs,
  )
  return async (kid) =>
    (await kept.get({ freshMs: keptMs, usableMs: keptMs })).get(kid) ??
    (await kept.get({ freshMs: cooldownMs, usableMs: keptMs })).get(kid)
}

async function importKeys(json: unknown): Promise<ReadonlyMap<string, PublicKey>> {
  const keys = member(json, 'keys')
  if (!Array.isArray(keys)) throw new Error('The key set of the server is none.')
  const imported = new Map<string, PublicKey>()
  for (const jwk of keys as (JsonWebKey & { kid?: unknown })[]) {
    const { kid, alg } = jwk
    if (typeof kid !== 'string' || (alg !== 'ES256' && alg !== 'RS256')) continue
    const key = await crypto.subtle.importKey('jwk', jwk, imports[alg], false, ['verify'])
    imported.set(kid, { algorithm: alg, key })
  }
  return imported
}
