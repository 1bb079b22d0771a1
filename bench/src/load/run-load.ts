import { fileURLToPath } from 'node:url'
import type { LoadJob, LoadResult } from './job.js'
import { runGenerator } from './run-generator.js'

const generator = fileURLToPath(new URL('./generator.ts', import.meta.url))

/** Runs one load in a process of its own. Rejects when any answer was not a full 2xx. */
export async function runLoad(job: LoadJob, cpu: number | null): Promise<LoadResult> {
  const result = await runGenerator<LoadResult>(generator, job, cpu)
  refuseFaults(result)
  return result
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
