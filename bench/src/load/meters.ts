import { machineBusyS, processTreeCpuS } from '../processes/process-cpu.js'
import type { LoadResult } from './job.js'

/** What the clocks showed at one moment; CPU seconds are null where the system does not tell. */
export type Meters = {
  readonly timeS: number
  readonly ownCpuS: number
  readonly serverCpuS: number | null
  readonly postgresCpuS: number | null
  readonly machineBusyS: number | null
}

/** Reads all meters. Timers may fire late under load, so a rate divides by the time that really passed. */
export function readMeters(servers: readonly number[], postgres: number | null): Meters {
  const own = process.cpuUsage()
  return {
    timeS: performance.now() / 1_000,
    ownCpuS: (own.user + own.system) / 1_000_000,
    serverCpuS: sumOf(servers.map(processTreeCpuS)),
    postgresCpuS: postgres === null ? null : processTreeCpuS(postgres),
    machineBusyS: machineBusyS(),
  }
}

/** The shares of a CPU that were used between two readings. */
export function cpuShareBetween(before: Meters, after: Meters): LoadResult['cpuShare'] {
  const elapsedS = after.timeS - before.timeS
  const share = (from: number | null, to: number | null) =>
    from === null || to === null ? null : (to - from) / elapsedS
  return {
    server: share(before.serverCpuS, after.serverCpuS),
    postgres: share(before.postgresCpuS, after.postgresCpuS),
    generator: (after.ownCpuS - before.ownCpuS) / elapsedS,
    machine: share(before.machineBusyS, after.machineBusyS),
  }
}

function sumOf(figures: readonly (number | null)[]): number | null {
  return figures.reduce((sum, figure) => (sum === null || figure === null ? null : sum + figure), 0)
}
