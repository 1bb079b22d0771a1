import { api, type Verification, type VerificationCode } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { isoTime } from '#kernel/clock'
import { implement } from '#kernel/endpoint'
import type { createVerificationCounter } from './count-verifications.js'
import type { createKeyFinder } from './find-keys.js'
import { judgeKey, mayKnow, type Wanted } from './judge-key.js'
import type { FoundKey } from './store.js'
import type { createLimits } from './take-from-limits.js'

/** What verifications share on one node. */
export interface Verifier {
  readonly find: ReturnType<typeof createKeyFinder>
  readonly limits: ReturnType<typeof createLimits>
  readonly count: ReturnType<typeof createVerificationCounter>['count']
}

/** Tells whether a key is good for what is asked of it; a valid verification is counted and paid for. */
export const verifyApiKey = (verifier: Verifier) =>
  implement(api.apiKeys.verifyApiKey)
    .begin((body) => {
      const secret = (body as { apiKey?: unknown } | undefined)?.apiKey
      return typeof secret === 'string' ? verifier.find(secret) : undefined
    })
    .handler(async (call, { body }, begun) => {
      const { apiKey, cost = 1, ...rest } = body
      const { principal } = call
      // The token of an application for one API is good for the keys of that one.
      const apiId = principal.kind === 'application' && !principal.isManagement ? principal.apiId : undefined
      const wanted = { ...rest, environmentId: call.environment.id, apiId }
      const found = await (begun ?? verifier.find(apiKey))
      return { verification: await verify(verifier, call, found, wanted, cost) }
    })

/** Verifies what was found by a secret, for whoever may ask; every way to use a key goes through here. */
export async function verify(
  { limits, count }: Verifier,
  call: Call,
  found: readonly FoundKey[] | undefined,
  wanted: Wanted,
  cost: number,
): Promise<Verification> {
  const key = found?.find((one) => mayKnow(one, wanted))
  if (!key) return unknown
  const code = judgeKey(key, wanted)
  if (code !== 'valid') return told(code, key, {})
  const { rate_limit_per_minute: limit } = key
  // Most keys have no limits, and then nothing is waited for.
  const rateLimit = limit === null ? null : await limits.takePlace(call.read, key.id, limit)
  if (rateLimit && rateLimit.remaining < 0)
    return told('rate_limited', key, { rateLimit: { ...rateLimit, remaining: 0 } })
  const { isPaid, left: credits } =
    key.credits === null || cost === 0
      ? { isPaid: true, left: key.credits }
      : await limits.spend(call.read, key.id, cost)
  if (!isPaid) return told('credits_exhausted', key, { rateLimit, credits })
  const ipAddress = wanted.ipAddress ?? call.client.ipAddress
  return told('valid', key, {
    rateLimit,
    credits,
    verificationCount: count(key.environment_id, key.id, key.verification_count, ipAddress),
    lastVerifiedAt: isoTime(call.clock.now()),
  })
}

/** All that is said of a key that is not there, or not for the caller to know. */
const unknown: Verification = {
  valid: false,
  code: 'not_found',
  apiKey: null,
  rateLimit: null,
  credits: null,
}

function told(
  code: VerificationCode,
  key: FoundKey,
  found: Partial<Pick<Verification, 'rateLimit' | 'credits'>> & {
    verificationCount?: number
    lastVerifiedAt?: string
  },
): Verification {
  return {
    valid: code === 'valid',
    code,
    apiKey: {
      id: key.id,
      apiId: key.api_id,
      name: key.name,
      userId: key.user_id,
      organizationId: key.organization_id,
      scopes: key.scopes,
      status: key.status,
      expiresAt: key.expires_at,
      metadata: key.metadata,
      verificationCount: found.verificationCount ?? key.verification_count,
      lastVerifiedAt: found.lastVerifiedAt ?? key.last_verified_at,
    },
    rateLimit: found.rateLimit ?? null,
    credits: found.credits === undefined ? key.credits : found.credits,
  }
}
