import { startChild } from '../processes/child-processes.js'
import { pinned } from '../processes/cpu-placement.js'
import { typescriptCommand } from '../processes/server-process.js'
import type { GeneratorReply } from './serve-job.js'

// Start of the process, connecting, and the last answers after the window.
const marginS = 30

/** Gives a job to a generator in a process of its own and returns what that saw. */
export async function runGenerator<Result>(
  path: string,
  job: { readonly warmUpS: number; readonly windowS: number },
  cpu: number | null,
): Promise<Result> {
  const child = await startChild({
    name: 'The load generator',
    command: pinned(typescriptCommand(path), cpu),
    env: {},
  })
  const limitS = job.warmUpS + job.windowS + marginS
  const timer = setTimeout(() => child.process.kill('SIGKILL'), limitS * 1_000)
  try {
    const reply = await new Promise<GeneratorReply<Result>>((resolve) => {
      child.process.once('message', (message) => resolve(message as GeneratorReply<Result>))
      void child.ended.then((words) => resolve({ failure: words }))
      child.process.send(job)
    })
    if ('failure' in reply) throw new Error(reply.failure)
    return reply.result
  } finally {
    clearTimeout(timer)
    await child.stop()
  }
}
