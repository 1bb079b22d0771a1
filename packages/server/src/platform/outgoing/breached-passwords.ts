import { createHash } from 'node:crypto'
import type { GuardedFetch } from '#kernel/outgoing'

/** Somebody waits for the answer, and goes on without one. */
const answerMsMax = 2_000
const prefixLength = 5

/**
 * Asks whether a password is known from a breach, by the range protocol of Have I Been Pwned: the service learns
 * five digits of its SHA-1, which hundreds of other passwords share, and answers the rest of all of them, padded so
 * that the size of the answer tells nothing either. A service that does not answer keeps nobody out; what is wrong
 * with it is reported, without a digit of what was asked.
 */
export function createBreachedPasswords(
  url: string,
  fetch: GuardedFetch,
  unanswered: (reason: string) => void,
): (password: string) => Promise<boolean> {
  return async (password) => {
    const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
    try {
      const response = await fetch(`${url}/${digest.slice(0, prefixLength)}`, {
        headers: { 'add-padding': 'true' },
        signal: AbortSignal.timeout(answerMsMax),
      })
      if (!response.ok) throw new Error(`the service answered ${response.status}`)
      return countIn(await response.text(), digest.slice(prefixLength)) > 0
    } catch (error) {
      unanswered(error instanceof Error ? error.message : String(error))
      return false
    }
  }
}

/** How often a password was seen, by the rest of its digest; padding was seen 0 times. */
function countIn(answer: string, rest: string): number {
  const lines = answer.split(/\r?\n/).filter(Boolean)
  const seen = new Map(
    lines.map((line) => {
      const [, suffix, count] = /^([0-9A-F]{35}):(\d+)$/i.exec(line) ?? []
      if (suffix === undefined)
        throw new Error('the service answered something else than suffixes and counts')
      return [suffix.toUpperCase(), Number(count)]
    }),
  )
  return seen.get(rest) ?? 0
}
