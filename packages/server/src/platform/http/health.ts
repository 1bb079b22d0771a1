import { api } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { type Endpoint, implement } from '#kernel/endpoint'

/** What tells people and machines how the server is. */
export function healthEndpoints(state: {
  version: string
  startedAtMs: number
  isDatabaseUp: () => Promise<boolean>
  /** Undefined on a node that has no worker. */
  isWorkerRunning: () => boolean | undefined
}): Endpoint[] {
  const getHealth = implement(api.system.getHealth).handler(async (call) => {
    const database = await state.isDatabaseUp()
    const worker = state.isWorkerRunning()
    const now = call.clock.now()
    return {
      status: database && worker !== false ? ('ok' as const) : ('degraded' as const),
      ts: now,
      timestamp: isoTime(now),
      version: state.version,
      uptimeSeconds: Math.floor((now - state.startedAtMs) / 1_000),
      services: { database, realtime: database, ...(worker !== undefined && { worker }) },
    }
  })
  const getLiveness = implement(api.system.getLiveness).handler(async () => ({ status: 'ok' as const }))
  return [getHealth, getLiveness]
}
