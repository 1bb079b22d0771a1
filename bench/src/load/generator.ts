import autocannon, { type AutocannonRequest } from 'autocannon'
import { machineBusyS, processTreeCpuS } from '../processes/process-cpu.js'
import type { LoadJob, LoadReply, LoadResult } from './job.js'
import { LatencyHistogram } from './latency-histogram.js'
import { headersOf, isUnique, withUnique } from './prepare-request.js'

const requestTimeoutS = 20
const sampleIntervalMs = 100

let uniqueCount = 0

process.once('message', (job: LoadJob) => {
  generate(job).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ failure: error instanceof Error ? error.message : String(error) }),
  )
})

function reply(message: LoadReply): void {
  process.send?.(message, () => process.exit(0))
}

/** One closed loop per connection: the next request leaves when the answer to the last one is complete. */
async function generate(job: LoadJob): Promise<LoadResult> {
  const histogram = new LatencyHistogram()
  let phase: 'warm-up' | 'window' | 'over' = 'warm-up'
  let requestCount = 0
  let short = 0
  let connectionCount = 0

  const run = autocannon({
    url: loopbackOnly(job.url),
    connections: job.connectionCount,
    // An upper bound: the timers below end the run earlier.
    duration: job.warmUpS + job.windowS + requestTimeoutS,
    timeout: requestTimeoutS,
    sampleInt: sampleIntervalMs,
    setupClient: (client) => client.setRequests(shareOf(job, connectionCount++)),
  })
  run.on('response', (_client, _status, bytes, latencyMs) => {
    if (bytes < job.responseBytesMin) short += 1
    if (phase !== 'window') return
    requestCount += 1
    histogram.record(latencyMs)
  })

  await untilElapsed(job.warmUpS)
  const before = readMeters(job)
  phase = 'window'
  await untilElapsed(job.windowS)
  phase = 'over'
  const after = readMeters(job)
  run.stop()
  const totals = await run

  const elapsedS = after.timeS - before.timeS
  const share = (from: number | null, to: number | null) =>
    from === null || to === null ? null : (to - from) / elapsedS
  return {
    requestsPerS: requestCount / elapsedS,
    requestCount,
    latencyMs: { p50: histogram.percentileMs(0.5), p99: histogram.percentileMs(0.99), max: histogram.maxMs },
    faults: {
      non2xx: totals.non2xx,
      short,
      // Its count of errors includes the time-outs.
      connectionErrors: totals.errors - totals.timeouts,
      timeouts: totals.timeouts,
    },
    cpuShare: {
      server: share(before.serverCpuS, after.serverCpuS),
      postgres: share(before.postgresCpuS, after.postgresCpuS),
      generator: (after.ownCpuS - before.ownCpuS) / elapsedS,
      machine: share(before.machineBusyS, after.machineBusyS),
    },
  }
}

function untilElapsed(durationS: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationS * 1_000))
}

/** The timers may fire late under load, so the rate divides by the time that really passed. */
function readMeters(job: LoadJob) {
  const own = process.cpuUsage()
  return {
    timeS: performance.now() / 1_000,
    ownCpuS: (own.user + own.system) / 1_000_000,
    serverCpuS: processTreeCpuS(job.watchedPids.server),
    postgresCpuS: job.watchedPids.postgres === null ? null : processTreeCpuS(job.watchedPids.postgres),
    machineBusyS: machineBusyS(),
  }
}

/** Every connection gets different requests where there are enough; otherwise all get all of them. */
function shareOf(job: LoadJob, connection: number): AutocannonRequest[] {
  const dealt = job.requests.filter((_request, index) => index % job.connectionCount === connection)
  const own = job.requests.length < job.connectionCount ? job.requests : dealt
  return own.map((request): AutocannonRequest => {
    const { method, path, body } = request
    return {
      method,
      path,
      headers: headersOf(request, job.headers),
      ...(body !== undefined && { body }),
      ...(isUnique(request) && { setupRequest: (template) => withUnique(template, `load-${++uniqueCount}`) }),
    }
  })
}

function loopbackOnly(url: string): string {
  if (new URL(url).hostname !== '127.0.0.1') throw new Error(`Load goes to 127.0.0.1 only, not to ${url}.`)
  return url
}
