import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { type Failure, fail } from '#kernel/failure'
import type { UserPrincipal } from '#kernel/principal'
import { hashSecret } from '#kernel/secret'
import { knownDevice } from '#slices/devices'
import { findCredentials } from '#slices/users'
import { type Tally, talliesOfDevice, talliesOfStranger } from './limits.js'
import * as store from './store.js'

/** A try to prove who one is by a password, which counts as wrong until it succeeds. */
export interface Attempt {
  /** The password was right: takes the try back. */
  succeed(): Promise<void>
}

/**
 * Counts a try before the password is looked at, so that tries at the same time do not share a place, and refuses
 * it where too many were wrong. A device that the account knows is counted by itself alone, so whoever guesses
 * elsewhere cannot lock it out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). An account that
 * nobody has is counted and refused like any other.
 */
export async function beginAttempt(call: Call, email: string): Promise<Attempt> {
  const device = await knownDevice(call, email)
  const tallies = device ? talliesOfDevice(email, device) : talliesOfStranger(email, call.client.ipAddress)
  const ownerOf = async () => (await findCredentials(call.read, email))?.id ?? null
  return countAttempt(call, tallies, ownerOf)
}

/** As `beginAttempt`, for who is signed in already: tries in one session keep nobody else out. */
export function beginAttemptInSession(call: Call, { id, sessionId }: UserPrincipal): Promise<Attempt> {
  return countAttempt(call, talliesOfDevice(id, hashSecret(sessionId)), async () => id)
}

async function countAttempt(
  call: Call,
  tallies: readonly Tally[],
  ownerOf: () => Promise<string | null>,
): Promise<Attempt> {
  const counts = await store.countRequests(call.read, tallies)
  const isExceeded = (tally: Tally, i: number) => (counts[i] as store.Count).requests > tally.triesMax
  if (tallies.some(isExceeded)) {
    // What one limit refuses takes nothing from the others: a burst does not use up the day.
    await store.uncountRequests(
      call.read,
      tallies.filter((tally, i) => !isExceeded(tally, i)),
    )
    throw await refusal(call, tallies, counts, ownerOf)
  }
  const ofWrongOnes = tallies.filter((tally) => tally.of === 'wrong passwords')
  return { succeed: () => store.uncountRequests(call.read, ofWrongOnes) }
}

/** Refuses until the last of the limits ends, and records each of them once. */
async function refusal(
  call: Call,
  tallies: readonly Tally[],
  counts: readonly store.Count[],
  ownerOf: () => Promise<string | null>,
): Promise<Failure> {
  let retryAfterSeconds = 0
  for (const [i, { by, triesMax }] of tallies.entries()) {
    const { requests, reset_seconds, window_ends_at: lockedUntil } = counts[i] as store.Count
    if (requests <= triesMax) continue
    retryAfterSeconds = Math.max(retryAfterSeconds, reset_seconds)
    if (requests > triesMax + 1) continue
    const userId = by === 'account' || by === 'device' ? await ownerOf() : null
    const { ipAddress } = call.client
    await call.tx((tx) => call.record(tx, 'lockout.started', { by, userId, ipAddress, lockedUntil }))
  }
  return fail(errors.signin_rate_limited, { retryAfterSeconds })
}
