import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import type { RunSite } from '../comparisons/benchmark.js'
import { fetchAnswer } from '../comparisons/verify-answers.js'
import type { RunningServer } from '../contenders/contender.js'
import type { LoadShape } from '../load/job.js'
import { runGenerator } from '../load/run-generator.js'
import { withProgress } from '../report/progress.js'
import { postJson } from '../wires/wire.js'
import { startEmptyHandler } from './empty-handler.js'
import type { Entry } from './entries.js'
import type { KeyContender } from './key-contender.js'
import { checkedIndexes, seedKey } from './seed-key.js'
import type { VerifyJob, VerifyResult } from './verify-job.js'

/** One load on one entry, and the body of a checked answer. */
export type Sample = { readonly entry: Entry; readonly result: VerifyResult; readonly answer: string }

type EntryJob = {
  readonly entry: Entry
  readonly keyCount: number
  readonly shape: LoadShape
  readonly site: RunSite
}

const generator = fileURLToPath(new URL('./verify-generator.ts', import.meta.url))
// Counts are written a moment after the answer; this is far more than a moment.
const drainTimeoutMs = 10_000
const drainPollMs = 50

type ContenderJob = EntryJob & {
  readonly contender: KeyContender
  readonly databaseUrl: string
  readonly keyIds: ReadonlyMap<number, string>
}

/** Loads the servers of an entry, and checks that every valid answer was counted, once. */
export async function measureEntry(job: ContenderJob): Promise<Sample> {
  const { sample, validCount } = await withServers(job, (servers) => askServers(job, servers))
  // What a server still wrote when it stopped would be counted twice.
  await expectCounted(job, validCount)
  return sample
}

async function withServers<Result>(
  { entry, contender, databaseUrl, site: { placement } }: ContenderJob,
  work: (servers: readonly RunningServer[]) => Promise<Result>,
): Promise<Result> {
  const servers: RunningServer[] = []
  try {
    while (servers.length < entry.serverCount) {
      servers.push(await contender.start({ databaseUrl, cpu: placement?.serverCpu ?? null }))
    }
    return await work(servers)
  } finally {
    for (const server of servers) await server.stop()
  }
}

async function askServers(job: ContenderJob, started: readonly RunningServer[]) {
  const { entry, keyIds } = job
  const [first] = started as readonly [RunningServer]
  // The credential of one is good for all.
  const headers = (await entry.credential?.(first)) ?? first.headers
  const servers = started.map((server) => ({ ...server, headers }))
  let answer = ''
  for (const server of servers) answer = await checkAnswers(server, job, keyIds)
  const result = await load(job, servers)
  const validCount = servers.length * keyIds.size + result.validCount
  await expectCounted(job, validCount)
  return { sample: { entry, result, answer }, validCount }
}

/** Loads a server that answers each request with `answer`. */
export async function measureEmptyHandler(job: EntryJob, answer: string): Promise<Sample> {
  const server = await startEmptyHandler(answer, job.site.placement?.serverCpu ?? null)
  try {
    const result = await load(job, [server])
    return { entry: job.entry, result, answer }
  } finally {
    await server.stop()
  }
}

function load(
  { entry: { wire, choice }, keyCount, shape, site: { placement, postgres, progress, signal } }: EntryJob,
  servers: readonly RunningServer[],
): Promise<VerifyResult> {
  signal.throwIfAborted()
  const job: VerifyJob = {
    ...shape,
    urls: servers.map(({ url }) => url),
    path: wire.path,
    headers: servers[0]?.headers ?? {},
    property: wire.property,
    validMark: wire.validMark,
    keyCount,
    choice,
    watchedPids: { servers: servers.map(({ pid }) => pid), postgres: postgres.postmasterPid },
  }
  return withProgress(progress, shape.warmUpS + shape.windowS, () =>
    runGenerator<VerifyResult>(generator, job, placement?.restCpu ?? null),
  )
}

/** Verifies some keys one by one, and that each is found to be itself; returns the body of an answer. */
async function checkAnswers(
  server: RunningServer,
  { entry: { wire }, keyCount }: EntryJob,
  keyIds: ReadonlyMap<number, string>,
): Promise<string> {
  let text = ''
  for (const index of checkedIndexes(keyCount)) {
    text = await fetchAnswer(server, postJson(wire.path, { [wire.property]: seedKey(index) }))
    const keyId = wire.readKeyId(JSON.parse(text) as never)
    if (!text.includes(wire.validMark) || keyId !== keyIds.get(index)) {
      throw new Error(`Key ${index} is ${keyIds.get(index)}, and was answered with: ${text.slice(0, 500)}`)
    }
  }
  return text
}

/** Waits for the counts to be written, and refuses any other sum than the valid answers. */
async function expectCounted(
  { contender: { countSql }, databaseUrl }: ContenderJob,
  validCount: number,
): Promise<void> {
  if (countSql === undefined) return
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const startedMs = Date.now()
    for (;;) {
      const { rows } = await client.query<{ count: string }>(countSql)
      const counted = Number(rows[0]?.count)
      if (counted === validCount) return
      if (counted > validCount || Date.now() - startedMs > drainTimeoutMs) {
        throw new Error(`${counted} verifications were counted, and ${validCount} answers were valid.`)
      }
      await sleep(drainPollMs)
    }
  } finally {
    await client.end()
  }
}
