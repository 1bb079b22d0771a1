import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What came in, read by the rules of Standard Webhooks and not by ours. */
export interface Received {
  readonly id: string
  readonly isGenuine: boolean
  readonly timestamp: number
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects to find.
  readonly message: any
}

/** A hook on a port of its own, which answers as it is told. */
export async function startSmsHook() {
  const received: Received[] = []
  const waiting: ((message: Received) => void)[] = []
  const state: { status: number; location?: string } = { status: 204 }
  const key = randomBytes(32)
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
      String(request.headers[`webhook-${name}`]),
    ) as [string, string, string]
    const expected = createHmac('sha256', key)
      .update(
        Buffer.concat([Buffer.from(id), Buffer.from('.'), Buffer.from(timestamp), Buffer.from('.'), body]),
      )
      .digest()
    const isGenuine = signatures.split(' ').some((signature) => {
      const [version, value = ''] = signature.split(',')
      const given = Buffer.from(value, 'base64')
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
    })
    const message = JSON.parse(body.toString())
    const arrived = { id, isGenuine, timestamp: Number(timestamp), message }
    received.push(arrived)
    for (const tell of waiting.splice(0)) tell(arrived)
    response.writeHead(state.status, state.location ? { location: state.location } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    hook: { url: `http://127.0.0.1:${port}/sms`, key },
    received,
    /** The next message that comes in. */
    next: () => new Promise<Received>((resolve) => waiting.push(resolve)),
    state,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
