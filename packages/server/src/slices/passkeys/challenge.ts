import { randomBytes } from 'node:crypto'
import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { hashSecret } from '#kernel/secret'
import * as store from './store.js'

export const challengeLifetimeSeconds = 300

/** Makes a challenge, which whoever begins gets and nobody else; 256 bits where 128 are asked for (section 13.4.3). */
export async function makeChallenge(call: Call, userId: string | null): Promise<string> {
  const challenge = randomBytes(32).toString('base64url')
  const lifetimeSeconds = challengeLifetimeSeconds
  await call.tx((tx) => store.insertChallenge(tx, { hash: hashSecret(challenge), userId, lifetimeSeconds }))
  return challenge
}

/** Uses a challenge up, whatever becomes of its answer; whether it was for this. */
export function takeChallenge(tx: Transaction, challenge: string, userId: string | null): Promise<boolean> {
  return store.takeChallenge(tx, hashSecret(challenge), userId)
}
