import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Benchmark, RunSize } from './comparisons/benchmark.js'
import { type PostgresFacts, readPostgresFacts } from './postgres/databases.js'
import type { OwnPostgres, StartPostgres } from './postgres/start-postgres.js'
import { stopAllChildren } from './processes/child-processes.js'
import { type CpuPlacement, detectCpuPlacement, pinProcesses } from './processes/cpu-placement.js'
import { childPids } from './processes/process-cpu.js'
import { describeMachine } from './report/machine.js'
import { createProgress } from './report/progress.js'
import { writeSection } from './report/write-section.js'

/** What one command measures, on what, and where the report goes. */
export type BenchPlan = {
  readonly benchmarks: readonly Benchmark[]
  readonly size: RunSize
  /** The command as a reader would repeat it. */
  readonly command: string
  /** Null when the figures are only printed. */
  readonly reportPath: string | null
  /** A running server, used as it is; null starts a private one. */
  readonly databaseUrl: string | null
  readonly startPostgres: StartPostgres
}

/** Runs the comparisons one after the other; everything it started is stopped when it returns or throws. */
export async function runBench(plan: BenchPlan): Promise<void> {
  const interruption = new AbortController()
  const interrupt = (reason: unknown) => {
    if (interruption.signal.aborted) return
    interruption.abort(reason)
    void stopAllChildren()
  }
  const onSignal = (signal: NodeJS.Signals) => {
    // The second request to stop gets it at once; the exit handler kills what still runs.
    if (interruption.signal.aborted) process.exit(1)
    interrupt(new Error(`Stopped by ${signal}.`))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // An error outside of what is awaited, in a forgotten connection say, must not leave PostgreSQL behind.
  process.on('uncaughtException', interrupt)
  try {
    await withPostgres(plan, interrupt, async (superuserUrl, isOwn) => {
      const placement = detectCpuPlacement()
      const postgres = await readPostgresFacts(superuserUrl)
      const isPinned = isOwn && pinPostgres(postgres, placement)
      const stepCount = plan.benchmarks.reduce((sum, each) => sum + each.countSteps(plan.size), 0)
      const progress = createProgress(stepCount)
      for (const benchmark of plan.benchmarks) {
        const site = { superuserUrl, postgres, placement, progress, signal: interruption.signal }
        const render = await benchmark.measure(plan.size, site).finally(() => progress.end())
        const section = render({
          date: new Date().toISOString().slice(0, 10),
          command: plan.command,
          machine: describeMachine(),
          postgres,
          placement: describePlacement(placement, isPinned),
        })
        process.stdout.write(`${section}\n`)
        if (plan.reportPath !== null) await writeSection(plan.reportPath, benchmark.name, section)
      }
    })
  } catch (error) {
    // What fails after an interruption fails because of it.
    throw interruption.signal.aborted ? interruption.signal.reason : error
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    process.off('uncaughtException', interrupt)
    await stopAllChildren()
  }
}

async function withPostgres(
  { databaseUrl, startPostgres }: BenchPlan,
  interrupt: (reason: unknown) => void,
  work: (superuserUrl: string, isOwn: boolean) => Promise<void>,
): Promise<void> {
  if (databaseUrl !== null) return work(databaseUrl, false)
  // Directly below the temporary directory and not created yet: PostgreSQL may have to run as another
  // user, who must be able to reach it.
  const dataDir = join(tmpdir(), `claviger-bench-${randomUUID()}`)
  let postgres: OwnPostgres | null = null
  let isStopping = false
  try {
    postgres = await startPostgres({
      dataDir,
      onExit: (reason) => {
        if (!isStopping) interrupt(new Error(`PostgreSQL ended during the run: ${reason}`))
      },
    })
    await work(postgres.connectionString, true)
  } finally {
    isStopping = true
    await postgres?.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Only a server of our own is moved: someone else's would stay on one CPU after the run. */
function pinPostgres({ postmasterPid }: PostgresFacts, placement: CpuPlacement): boolean {
  if (placement === null || postmasterPid === null) return false
  pinProcesses([postmasterPid, ...childPids(postmasterPid)], placement.restCpu)
  return true
}

function describePlacement(placement: CpuPlacement, isPostgresPinned: boolean): string {
  if (placement === null) return 'no process is pinned to a CPU'
  const { serverCpu, restCpu } = placement
  const shared = isPostgresPinned ? 'PostgreSQL and the load share' : 'the load has'
  const free = isPostgresPinned ? '' : ', PostgreSQL is not pinned'
  return `the server has CPU ${serverCpu}, ${shared} CPU ${restCpu}${free}`
}
