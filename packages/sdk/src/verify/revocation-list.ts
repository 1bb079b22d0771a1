import type { FetchFunction } from '../options.js'
import { Kept } from './kept.js'
import type { PublicKey } from './key-set.js'
import { claimsOf, clockToleranceSeconds, numberOf } from './signed-token.js'
import { askFor, member } from './well-known.js'

/** Which keys ended lately. */
export interface RevocationList {
  /** How old a token can be that the list knows of. */
  readonly ageSecondsMax: number
  /** Whether tokens of this version of a key are over. */
  isRevoked(keyId: string, version: number): boolean
}

interface Held extends RevocationList {
  readonly etag: string | undefined
  readonly iatMs: number
}

/**
 * The list of an environment, never older than it may be. It is as old as the request for it and as what the server
 * says, whichever is older: so neither a cache that holds an old one back nor a clock that is behind makes it young.
 */
export function revocationListAt(
  url: string,
  options: {
    readonly fetch: FetchFunction
    readonly timeoutMs: number
    readonly now: () => number
    readonly issuer: string
    readonly maxStalenessSeconds: number
    readonly keyOf: (kid: string) => Promise<PublicKey | undefined>
  },
): () => Promise<RevocationList> {
  const { now, issuer, maxStalenessSeconds, keyOf, ...asking } = options
  const kept = new Kept<Held>(
    async (held) => {
      const askedAtMs = now()
      const answer = await askFor(url, { ...asking, etag: held?.etag })
      const value = answer === 'unchanged' && held ? held : await read(answer)
      return { value, asOfMs: Math.min(askedAtMs, value.iatMs) }
    },
    now,
    asking.timeoutMs,
  )
  const usableMs = maxStalenessSeconds * 1_000
  return () => kept.get({ freshMs: usableMs / 2, usableMs })

  async function read(answer: Awaited<ReturnType<typeof askFor>>): Promise<Held> {
    const { json, etag } = answer === 'unchanged' ? {} : answer
    const list = member(json, 'list')
    const claims =
      typeof list === 'string' ? await claimsOf(list, 'api-key-revocations+jwt', keyOf) : undefined
    const revoked = claims?.revoked
    const [iat, exp, ageSecondsMax] = ['iat', 'exp', 'max_age'].map((name) => numberOf(claims ?? {}, name))
    const isList =
      claims?.iss === issuer &&
      iat !== undefined &&
      exp !== undefined &&
      ageSecondsMax !== undefined &&
      typeof revoked === 'object' &&
      revoked !== null
    if (!isList) throw new Error(`${url} answered no revocation list of ${issuer}.`)
    const nowSeconds = now() / 1_000
    if (iat > nowSeconds + clockToleranceSeconds || exp <= nowSeconds)
      throw new Error(
        'The revocation list is of another time: the clocks of this machine and the server differ.',
      )
    return {
      etag,
      iatMs: iat * 1_000,
      ageSecondsMax,
      isRevoked(keyId, version) {
        const good = member(revoked, keyId)
        return good !== undefined && !(typeof good === 'number' && version >= good)
      },
    }
  }
}
