import { fileURLToPath } from 'node:url'
import type { RunningServer } from '../contenders/contender.js'
import { startServerProcess, typescriptCommand } from '../processes/server-process.js'

/** The same Fastify with the same route, which does nothing but answer what Claviger answered once. */
export function startEmptyHandler(answer: string, cpu: number | null): Promise<RunningServer> {
  return startServerProcess({
    name: 'The empty handler',
    command: typescriptCommand(fileURLToPath(new URL('./empty-server.ts', import.meta.url))),
    cpu,
    readyPath: '/ready',
    env: ({ port }) => ({ BENCH_PORT: String(port), BENCH_ANSWER: answer }),
  }).then((server) => ({ ...server, headers: {} }))
}
