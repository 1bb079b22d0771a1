import { setTimeout as sleep } from 'node:timers/promises'
import autocannon, { type AutocannonRequest } from 'autocannon'
import type { LoadJob, LoadResult } from './job.js'
import { LatencyHistogram } from './latency-histogram.js'
import { cpuShareBetween, readMeters } from './meters.js'
import { headersOf, isUnique, withUnique } from './prepare-request.js'
import { serveJob } from './serve-job.js'

const requestTimeoutS = 20
const sampleIntervalMs = 100

let uniqueCount = 0

serveJob(generate)

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

  await sleep(job.warmUpS * 1_000)
  const before = metersOf(job)
  phase = 'window'
  await sleep(job.windowS * 1_000)
  phase = 'over'
  const after = metersOf(job)
  run.stop()
  const totals = await run

  return {
    requestsPerS: requestCount / (after.timeS - before.timeS),
    requestCount,
    latencyMs: { p50: histogram.percentileMs(0.5), p99: histogram.percentileMs(0.99), max: histogram.maxMs },
    faults: {
      non2xx: totals.non2xx,
      short,
      // Its count of errors includes the time-outs.
      connectionErrors: totals.errors - totals.timeouts,
      timeouts: totals.timeouts,
    },
    cpuShare: cpuShareBetween(before, after),
  }
}

function metersOf({ watchedPids: { server, postgres } }: LoadJob) {
  return readMeters([server], postgres)
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
