import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What the server received. */
export interface Received {
  readonly method: string
  /** Path and query, as they were on the wire. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the server does with one request: answers, or treats the connection in a way of its own. */
export type Step =
  | {
      readonly status?: number
      readonly headers?: Record<string, string>
      readonly json?: unknown
      readonly text?: string
    }
  | ((response: ServerResponse, received: Received) => void)

/** A server on the loopback that plays one step for each request, and remembers what it received. */
export interface ScriptedServer {
  readonly url: string
  readonly received: readonly Received[]
}

/**
 * Starts a server, and stops it when the test is over.
 *
 * @param steps One for each request; the last one answers every further request too.
 */
export async function scriptedServer(...steps: Step[]): Promise<ScriptedServer> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('')
    const { method = '', url: target = '', headers } = request
    const step = steps[Math.min(received.length, steps.length - 1)] ?? {}
    received.push({ method, target, headers, body })
    if (typeof step === 'function') return step(response, { method, target, headers, body })
    const type = step.text === undefined ? 'application/json' : 'text/html'
    response.writeHead(step.status ?? 200, { 'content-type': type, ...step.headers })
    response.end(step.text ?? (step.json === undefined ? '' : JSON.stringify(step.json)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, received }
}

/** A problem document as the server writes it. */
export function problem(status: number, code: string, fields: Record<string, unknown> = {}): Step {
  const title = `Title of ${code}`
  const detail = `Detail of ${code}.`
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    json: {
      type: `urn:claviger:${code}`,
      title,
      status,
      detail,
      code,
      requestId: 'req-1',
      message: detail,
      ...fields,
    },
  }
}
