import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LatencyHistogram } from '../load/latency-histogram.js'
import { cpuShareBetween, readMeters } from '../load/meters.js'
import { serveJob } from '../load/serve-job.js'
import { AnswerReader } from './answer-reader.js'
import { drawKeys, seededRandom } from './draw-keys.js'
import { requestTemplate } from './request-template.js'
import { seedKey, seedKeyLength } from './seed-key.js'
import type { VerifyJob, VerifyResult } from './verify-job.js'

// More than any load sends; after it the draws begin anew.
const drawCount = 2 ** 22
const readBufferBytes = 64 * 1024

serveJob(generate)

/**
 * One closed loop per connection: the next request leaves when the answer to the last one is complete, and after the
 * window every answer is waited for, so that none is counted by the server and not here. Requests are bytes made
 * beforehand with the key written into them: what this process spends, PostgreSQL beside it does not get.
 */
async function generate(job: VerifyJob): Promise<VerifyResult> {
  const keys = Buffer.alloc(job.keyCount * seedKeyLength)
  for (let index = 0; index < job.keyCount; index += 1)
    keys.write(seedKey(index), index * seedKeyLength, 'latin1')
  const draws = drawKeys(job.choice, job.keyCount, drawCount, seededRandom(1))
  const histogram = new LatencyHistogram()
  let phase: 'warm-up' | 'window' | 'over' = 'warm-up'
  let drawn = 0
  let requestCount = 0
  let validCount = 0

  /** Writes the next key into a request; false when there shall be no more. */
  const fill = (request: Buffer, keyStart: number) => {
    if (phase === 'over') return false
    const key = (draws[drawn++ % drawCount] ?? 0) * seedKeyLength
    keys.copy(request, keyStart, key, key + seedKeyLength)
    return true
  }
  const count = (latencyMs: number) => {
    validCount += 1
    if (phase !== 'window') return
    requestCount += 1
    histogram.record(latencyMs)
  }
  const meters = () => readMeters(job.watchedPids.servers, job.watchedPids.postgres)

  const connections = Array.from({ length: job.connectionCount }, (_, number) =>
    converse(job, job.urls[number % job.urls.length] ?? '', fill, count),
  )
  // Early only where one of them failed.
  const finished = Promise.all(connections)
  const untilElapsed = (durationS: number) => Promise.race([sleep(durationS * 1_000), finished])
  await untilElapsed(job.warmUpS)
  const before = meters()
  phase = 'window'
  await untilElapsed(job.windowS)
  phase = 'over'
  const after = meters()
  await finished
  if (requestCount === 0) throw new Error('No answer came inside the window.')

  return {
    requestsPerS: requestCount / (after.timeS - before.timeS),
    requestCount,
    validCount,
    latencyMs: { p50: histogram.percentileMs(0.5), p99: histogram.percentileMs(0.99), max: histogram.maxMs },
    cpuShare: cpuShareBetween(before, after),
  }
}

/** Asks on one connection until `fill` has no more; rejects at the first answer that is not a valid one. */
function converse(
  job: VerifyJob,
  url: string,
  fill: (request: Buffer, keyStart: number) => boolean,
  count: (latencyMs: number) => void,
): Promise<void> {
  const { hostname, port } = new URL(url)
  const { request, keyStart } = requestTemplate(job, url)
  const reader = new AnswerReader()
  return new Promise((resolve, reject) => {
    let sentAtMs = 0
    const fail = (error: Error) => {
      reject(error)
      socket.destroy()
    }
    const send = () => {
      if (!fill(request, keyStart)) {
        resolve()
        return void socket.destroy()
      }
      sentAtMs = performance.now()
      socket.write(request)
    }
    const receive = (byteCount: number, buffer: Uint8Array) => {
      try {
        const answer = reader.push((buffer as Buffer).toString('latin1', 0, byteCount))
        if (answer === null) return true
        if (answer.status !== 200 || !answer.body.includes(job.validMark)) {
          throw new Error(`An answer was ${answer.status} and not valid: ${answer.body.slice(0, 300)}`)
        }
        count(performance.now() - sentAtMs)
        send()
      } catch (error) {
        fail(error as Error)
      }
      return true
    }
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: { buffer: Buffer.alloc(readBufferBytes), callback: receive },
    })
    socket.once('connect', send)
    socket.once('error', fail)
    // After `resolve` this says nothing.
    socket.once('close', () => reject(new Error('The server closed a connection during the load.')))
  })
}
