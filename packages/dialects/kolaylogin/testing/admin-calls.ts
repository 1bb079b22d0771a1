import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as ours from '../src/index.js'
import { type Implementation, implementations, published } from './implementations.js'
import { type Answer, type RecordingServer, startRecordingServer } from './recording-server.js'

/** One call of a method and everything that can be seen of it. */
export type AdminCall = {
  title: string
  call: (kolay: ours.KolayLoginAdminClient) => Promise<unknown>
  method: string
  path: string
  /** JSON that is sent; absent if the request has no body. */
  sends?: unknown
  /** What the server says. */
  answer: Answer
  /** What the method resolves with; absent if it resolves with nothing. */
  returns?: unknown
}

export const secretKey = 'sk_test_0123456789'

/** Proves a table of calls against the published client and ours: success, refusal, and equal requests. */
export function describeAdminCalls(resource: string, calls: AdminCall[]): void {
  describe(resource, () => {
    let server: RecordingServer

    beforeAll(async () => {
      server = await startRecordingServer()
    })
    beforeEach(() => server.reset())
    afterAll(() => server.close())

    const clientOf = (library: Implementation) =>
      library.createKolayLoginClient({ baseUrl: server.url, secretKey })

    describe.each(implementations)('$name', ({ library }) => {
      it.each(calls)('$title sends one request and returns what it says', async (expected) => {
        server.answer = () => expected.answer

        expect(await expected.call(clientOf(library))).toEqual(expected.returns)

        expect(server.requests).toHaveLength(1)
        expect(server.requests[0]).toMatchObject({
          method: expected.method,
          path: expected.path,
          headers: {
            'content-type': 'application/json',
            accept: 'application/json',
            authorization: `Bearer ${secretKey}`,
          },
        })
        const body = server.requests[0]?.body
        expect(body ? JSON.parse(body) : undefined).toEqual(expected.sends)
      })

      it.each(calls)('$title throws status and body of a refusal, after one request', async (expected) => {
        const refusal = { statusCode: 404, error: 'Not Found', message: 'No such thing', code: 'not_found' }
        server.answer = () => ({ status: 404, body: refusal })

        const error = await expected.call(clientOf(library)).catch((thrown: unknown) => thrown)

        expect(error).toBeInstanceOf(Error)
        expect(error).toMatchObject({ name: 'Error', message: 'No such thing', status: 404, body: refusal })
        expect(server.requests).toHaveLength(1)
      })
    })

    it.each(calls)('$title is the same request from both, header for header', async (expected) => {
      server.answer = () => expected.answer

      await expected.call(clientOf(published))
      await expected.call(clientOf(ours))

      const [theirs, own] = server.requests
      expect(own).toEqual(theirs)
    })
  })
}
