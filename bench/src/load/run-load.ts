import { fileURLToPath } from 'node:url'
import { startChild } from '../processes/child-processes.js'
import { pinned } from '../processes/cpu-placement.js'
import { typescriptCommand } from '../processes/server-process.js'
import type { LoadJob, LoadReply, LoadResult } from './job.js'

// Start of the process, connecting, and the last answers after the window.
const marginS = 30

/** Runs one load in a process of its own. Rejects when any answer was not a full 2xx. */
export async function runLoad(job: LoadJob, cpu: number | null): Promise<LoadResult> {
  const generator = fileURLToPath(new URL('./generator.ts', import.meta.url))
  const child = await startChild({
    name: 'The load generator',
    command: pinned(typescriptCommand(generator), cpu),
    env: {},
  })
  const limitS = job.warmUpS + job.windowS + marginS
  const timer = setTimeout(() => child.process.kill('SIGKILL'), limitS * 1_000)
  try {
    const reply = await new Promise<LoadReply>((resolve) => {
      child.process.once('message', (message) => resolve(message as LoadReply))
      void child.ended.then((words) => resolve({ failure: words }))
      child.process.send(job)
    })
    if ('failure' in reply) throw new Error(reply.failure)
    refuseFaults(reply.result)
    return reply.result
  } finally {
    clearTimeout(timer)
    await child.stop()
  }
}

/** A rate that counts refusals is no rate: the run ends here rather than print one. */
function refuseFaults({ faults, requestCount }: LoadResult): void {
  const found = Object.entries(faults).filter(([, count]) => count > 0)
  if (found.length > 0) {
    const list = found.map(([name, count]) => `${name} ${count}`).join(', ')
    throw new Error(`The load met faults (${list}; ${requestCount} answers in the window).`)
  }
  if (requestCount === 0) throw new Error('No answer came inside the window.')
}
