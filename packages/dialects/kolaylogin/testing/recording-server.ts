import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it arrived, with nothing left out. */
export type RecordedRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string }

/** What the server shall say. A body that is not a string is sent as JSON. */
export type Answer = { status: number; body?: unknown }

export type RecordingServer = {
  /** Base URL without a trailing slash. */
  url: string
  /** Everything that has arrived since the last `reset`. */
  requests: RecordedRequest[]
  /** Decides the answer to each request; replace it at will. */
  answer: (request: RecordedRequest) => Answer
  /** Forgets what has arrived, and answers 200 `{}` again. */
  reset(): void
  close(): Promise<void>
}

/** Starts an HTTP server on 127.0.0.1 that writes down each request and answers what the test tells it to. */
export async function startRecordingServer(): Promise<RecordingServer> {
  const http = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    }
    recording.requests.push(request)
    const { status, body } = recording.answer(request)
    outgoing.statusCode = status
    outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))

  const recording: RecordingServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests: [],
    answer: () => ({ status: 200, body: {} }),
    reset() {
      recording.requests = []
      recording.answer = () => ({ status: 200, body: {} })
    },
    close() {
      http.closeAllConnections()
      return new Promise((closed) => http.close(() => closed()))
    },
  }
  return recording
}
