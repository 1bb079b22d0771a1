import { api, type Verification, type VerificationCode } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { isoTime } from '#kernel/clock'
import { implement } from '#kernel/endpoint'
import type { createVerificationCounter } from './count-verifications.js'
import { judgeKey, mayKnow, type Wanted } from './judge-key.js'
import type { FoundKey } from './store.js'
import type { createLimits } from './take-from-limits.js'

/** What verifications share on one node. */
export interface Verifier {
  /** Answers the keys that a secret opens, or undefined. */
  readonly find: (secret: string) => Promise<readonly FoundKey[] | undefined>
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
      const { apiKey, cost = 1, audience, scopes, ipAddress } = body
      const { principal } = call
      // The token of an application for one API is good for the keys of that one.
      const apiId = principal.kind === 'application' && !principal.isManagement ? principal.apiId : undefined
      const wanted = { environmentId: call.environment.id, apiId, audience, scopes, ipAddress }
      const found = await (begun ?? verifier.find(apiKey))
      const verifying = verify(verifier, call, found, wanted, cost)
      return { verification: verifying instanceof Promise ? await verifying : verifying }
    })

/**
 * Verifies what was found by a secret, for whoever may ask; every way to use a key goes through here. Most keys have no
 * limits, and then nothing is waited for.
 */
export function verify(
  verifier: Verifier,
  call: Call,
  found: readonly FoundKey[] | undefined,
  wanted: Wanted,
  cost: number,
): Verification | Promise<Verification> {
  const key = found?.find((one) => mayKnow(one, wanted))
  if (!key) return unknown
  const code = judgeKey(key, wanted)
  if (code !== 'valid') return told(code, key, null, key.credits)
  const isFree = key.credits === null || cost === 0
  if (key.rate_limit_per_minute !== null || !isFree)
    return take(verifier, call, key, wanted, isFree ? 0 : cost)
  return counted(verifier, call, key, wanted, null, key.credits)
}

/** Takes from the limits of a key what a verification costs. */
async function take(
  verifier: Verifier,
  call: Call,
  key: FoundKey,
  wanted: Wanted,
  cost: number,
): Promise<Verification> {
  const { id, rate_limit_per_minute: limit } = key
  const rateLimit = limit === null ? null : await verifier.limits.takePlace(call.read, id, limit)
  if (rateLimit && rateLimit.remaining < 0)
    return told('rate_limited', key, { ...rateLimit, remaining: 0 }, key.credits)
  const { isPaid, left } =
    cost === 0 ? { isPaid: true, left: key.credits } : await verifier.limits.spend(call.read, id, cost)
  return isPaid
    ? counted(verifier, call, key, wanted, rateLimit, left)
    : told('credits_exhausted', key, rateLimit, left)
}

function counted(
  { count }: Verifier,
  call: Call,
  key: FoundKey,
  wanted: Wanted,
  rateLimit: Verification['rateLimit'],
  credits: number | null,
): Verification {
  const ipAddress = wanted.ipAddress ?? call.client.ipAddress
  const verificationCount = count(key.environment_id, key.id, key.verification_count, ipAddress)
  return told('valid', key, rateLimit, credits, verificationCount, isoTime(call.clock.now()))
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
  rateLimit: Verification['rateLimit'],
  credits: number | null,
  verificationCount = key.verification_count,
  lastVerifiedAt = key.last_verified_at,
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
      verificationCount,
      lastVerifiedAt,
    },
    rateLimit,
    credits,
  }
}
