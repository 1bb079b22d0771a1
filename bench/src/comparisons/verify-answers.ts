import type { RequestSpec, RunningServer } from '../contenders/contender.js'
import { headersOf, withUnique } from '../load/prepare-request.js'
import type { Question } from './comparison.js'

const verifiedCountMax = 20

/**
 * Asks some of the questions, checks that the answers are right, and returns the size of the smallest
 * body. A server that answers fast and wrong must not enter the table.
 */
export async function verifyAnswers(server: RunningServer, questions: readonly Question[]): Promise<number> {
  const sizesBytes: number[] = []
  for (const [number, { request, verify }] of questions.slice(0, verifiedCountMax).entries()) {
    const sent = withUnique(request, `verify-${number}`)
    const text = await fetchAnswer(server, sent)
    verify(JSON.parse(text), sent)
    sizesBytes.push(Buffer.byteLength(text))
  }
  if (sizesBytes.length === 0) throw new Error('There is no question to ask.')
  return Math.min(...sizesBytes)
}

/** The body of one answer, asked for as the generator does. Rejects unless it is a 2xx. */
export async function fetchAnswer(server: RunningServer, request: RequestSpec): Promise<string> {
  const { method, path, body = null } = request
  const response = await fetch(server.url + path, {
    method,
    body,
    // No compression, and no connection left to time out in the pool.
    headers: { ...headersOf(request, server.headers), 'accept-encoding': 'identity', connection: 'close' },
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`)
  return text
}
