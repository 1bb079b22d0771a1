import type { Lockout } from '@claviger/contract'
import type { Queries } from '#kernel/queries'
import type { UserRow } from '#slices/users'
import { type Tally, talliesOfAccount } from './limits.js'
import * as store from './store.js'

/** Every tally of an account: one set for each address that it can be signed in to by. */
export function talliesOf(user: UserRow): Tally[] {
  return user.emails.flatMap(({ email }) => talliesOfAccount(email))
}

/** How the tries of strangers to guess the password of a user stand. */
export async function lockoutOf(queries: Queries, user: UserRow): Promise<Lockout> {
  const tallies = talliesOf(user)
  const counts = await store.readCounts(queries, tallies)
  const open = tallies.flatMap((tally, i) => {
    const count = counts[i]
    return count ? [{ tally, count }] : []
  })
  const shortest = Math.min(...tallies.map(({ windowSeconds }) => windowSeconds))
  const recent = open.filter(({ tally }) => tally.windowSeconds === shortest)
  const locked = open.filter(({ tally, count }) => count.requests >= tally.triesMax)
  return {
    userId: user.id,
    failedAttempts: recent.reduce(
      (sum, { tally, count }) => sum + Math.min(count.requests, tally.triesMax),
      0,
    ),
    lockedUntil:
      locked
        .map(({ count }) => count.window_ends_at)
        .sort()
        .at(-1) ?? null,
  }
}
