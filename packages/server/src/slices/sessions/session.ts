import { isOfInstance } from '#kernel/instance-environment'

/** How long a session token is valid. Services verify it alone, so this is how stale they may be. */
export const tokenLifetimeSeconds = 60
/** Nobody but this server verifies an administrator's, and it looks at the session behind it every time. */
const administratorTokenLifetimeSeconds = 15 * 60

export function tokenLifetimeOf(environment: { readonly id: string }): number {
  return isOfInstance(environment) ? administratorTokenLifetimeSeconds : tokenLifetimeSeconds
}

/**
 * For how long the refresh token before the current one still works: two tabs refresh at once, answers get
 * lost. Within this time the current one is not replaced again, so nobody can fall two behind.
 */
export const graceSeconds = 10

export type RefreshOutcome = 'rotate' | 'repeat' | 'reuse'

/**
 * What a genuine refresh token is worth, by its place in the line of its session: the current one is replaced
 * unless it is brand new; the one before it is a repetition while the grace lasts; anything older was copied.
 */
export function judgeRefresh(
  presented: number,
  current: number,
  secondsSinceRefresh: number,
): RefreshOutcome {
  const inGrace = secondsSinceRefresh < graceSeconds
  if (presented === current) return inGrace && current > 1 ? 'repeat' : 'rotate'
  return presented === current - 1 && inGrace ? 'repeat' : 'reuse'
}
