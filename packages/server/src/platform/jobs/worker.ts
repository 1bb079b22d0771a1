import { run, type Task, Logger as WorkerLogger } from 'graphile-worker'
import type { Logger } from 'pino'
import { openWorkerPool } from '#platform/db/worker-pool'

/** Work that the server does by itself, at set times. */
export interface ScheduledJob {
  readonly name: string
  /** When, as five fields of cron, in UTC. */
  readonly schedule: string
  /** Ends soon after it is told to stop; what it then leaves undone, its next run does. */
  readonly work: (stop: AbortSignal) => Promise<void>
}

export interface Worker {
  isRunning(): boolean
  /** Tells the jobs that run to come to an end, waits for it, and takes no further ones. */
  stop(): Promise<void>
}

const jobsAtOnce = 2

/**
 * Runs the jobs of the installation. Any number of nodes may have a worker: the queue in the database gives
 * every job to one of them, and a job whose worker died to another.
 */
export async function startWorker(options: {
  connectionString: string
  jobs: readonly ScheduledJob[]
  logger: Logger
  onFailure: (reason: string) => void
}): Promise<Worker> {
  const stopping = new AbortController()
  const taskList: Record<string, Task> = Object.fromEntries(
    options.jobs.map(({ name, work }) => [name, () => work(stopping.signal)]),
  )
  const pgPool = openWorkerPool(options.connectionString)
  const runner = await run({
    pgPool,
    concurrency: jobsAtOnce,
    noHandleSignals: true,
    taskList,
    crontab: options.jobs.map(({ name, schedule }) => `${schedule} ${name}`).join('\n'),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') options.logger.error({ part: 'worker' }, message)
      else options.logger.debug({ part: 'worker' }, message)
    }),
  })
  let running = true
  runner.promise.then(
    () => {
      running = false
    },
    (error: Error) => {
      running = false
      if (!stopping.signal.aborted) options.onFailure(error.message)
    },
  )
  return {
    isRunning: () => running,
    async stop() {
      stopping.abort()
      if (running) await runner.stop()
      await pgPool.end()
    },
  }
}
