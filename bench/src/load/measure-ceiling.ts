import { fileURLToPath } from 'node:url'
import type { RequestSpec } from '../contenders/contender.js'
import type { CpuPlacement } from '../processes/cpu-placement.js'
import { startServerProcess, typescriptCommand } from '../processes/server-process.js'
import type { LoadResult, LoadShape } from './job.js'
import { runLoad } from './run-load.js'

/**
 * The most that the generator can show here: the same requests to a bare node:http server that answers
 * with a body of this size and does nothing else. A contender near this rate is faster than its figure.
 */
export async function measureCeiling(
  requests: readonly RequestSpec[],
  responseBytes: number,
  shape: LoadShape,
  placement: CpuPlacement,
): Promise<LoadResult> {
  const server = await startServerProcess({
    name: 'The ceiling server',
    command: typescriptCommand(fileURLToPath(new URL('./ceiling-server.ts', import.meta.url))),
    cpu: placement?.serverCpu ?? null,
    readyPath: '/',
    env: ({ port }) => ({ BENCH_PORT: String(port), RESPONSE_BYTES: String(responseBytes) }),
  })
  try {
    const job = {
      ...shape,
      url: server.url,
      headers: {},
      requests,
      responseBytesMin: responseBytes,
      watchedPids: { server: server.pid, postgres: null },
    }
    return await runLoad(job, placement?.restCpu ?? null)
  } finally {
    await server.stop()
  }
}
