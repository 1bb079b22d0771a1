import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

/**
 * Remembers when keys were used and writes it down in one statement every few seconds: a write for every
 * request would cost more than the request. A crash loses the last few seconds of it, and nothing else.
 */
export function createLastUse(anywhere: Queries, clock: Clock) {
  let uses = new Map<string, { environmentId: string; id: string; usedAtMs: number }>()

  return {
    touch(environmentId: string, id: string): void {
      uses.set(id, { environmentId, id, usedAtMs: clock.now() })
    },
    async flush(): Promise<void> {
      const batch = [...uses.values()]
      if (batch.length === 0) return
      uses = new Map()
      await store.touchKeys(
        anywhere,
        batch.map(({ environmentId, id, usedAtMs }) => ({ environmentId, id, usedAt: isoTime(usedAtMs) })),
      )
    },
  }
}
