import type { RequestSpec } from '../contenders/contender.js'

/** How hard and how long a server is asked: the same for both contenders of a comparison. */
export type LoadShape = {
  readonly connectionCount: number
  readonly warmUpS: number
  readonly windowS: number
}

/** What the generator process is told to do. */
export type LoadJob = LoadShape & {
  readonly url: string
  /** The credential: sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Dealt out over the connections, each of which repeats its own share. */
  readonly requests: readonly RequestSpec[]
  /** An answer of fewer bytes, headers included, counts as wrong: an error can also come as a 200. */
  readonly responseBytesMin: number
  /** The process trees whose CPU time is read at both ends of the window. */
  readonly watchedPids: { readonly server: number; readonly postgres: number | null }
}

/** What the generator process saw inside the window; faults count from the first request on. */
export type LoadResult = {
  readonly requestsPerS: number
  readonly requestCount: number
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly faults: LoadFaults
  /** Share of one CPU, 1 being all of it; null where the system does not tell. */
  readonly cpuShare: {
    readonly server: number | null
    readonly postgres: number | null
    readonly generator: number
    /** All of the machine, the three above and whatever else ran: above 1 with several CPUs. */
    readonly machine: number | null
  }
}

/** Anything here that is not 0 voids the run. */
export type LoadFaults = {
  readonly non2xx: number
  readonly short: number
  readonly connectionErrors: number
  readonly timeouts: number
}
