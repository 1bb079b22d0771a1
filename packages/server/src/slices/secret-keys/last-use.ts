import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

interface Use {
  readonly environmentId: string
  readonly id: string
  usedAtMs: number
  /** How often it was used while it was deprecated, since that was last written down. */
  deprecatedUses: number
}

/**
 * Remembers when keys were used, and how often deprecated ones were, and writes it down in one statement every few
 * seconds: a write for every request would cost more than the request. A crash loses the last few seconds of it,
 * and nothing else.
 */
export function createLastUse(aside: Queries, clock: Clock) {
  let uses = new Map<string, Use>()

  function remember({ environmentId, id, usedAtMs, deprecatedUses }: Use): void {
    const use = uses.get(id)
    if (!use) {
      uses.set(id, { environmentId, id, usedAtMs, deprecatedUses })
      return
    }
    use.usedAtMs = Math.max(use.usedAtMs, usedAtMs)
    use.deprecatedUses += deprecatedUses
  }

  return {
    touch(environmentId: string, id: string, isDeprecated: boolean): void {
      remember({ environmentId, id, usedAtMs: clock.now(), deprecatedUses: isDeprecated ? 1 : 0 })
    },
    async flush(): Promise<void> {
      const batch = [...uses.values()]
      if (batch.length === 0) return
      uses = new Map()
      try {
        await store.touchKeys(
          aside,
          batch.map(({ usedAtMs, ...use }) => ({ ...use, usedAt: isoTime(usedAtMs) })),
        )
      } catch (error) {
        // The next flush tries again, with what has come since.
        for (const use of batch) remember(use)
        throw error
      }
    },
  }
}
