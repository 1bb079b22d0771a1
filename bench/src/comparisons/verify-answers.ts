import type { RunningServer } from '../contenders/contender.js'
import type { Question } from './comparison.js'

const verifiedCountMax = 20

/**
 * Asks some of the questions, checks that the answers are right, and returns the size of the smallest
 * body. A server that answers fast and wrong must not enter the table.
 */
export async function verifyAnswers(server: RunningServer, questions: readonly Question[]): Promise<number> {
  const sizesBytes: number[] = []
  for (const { request, verify } of questions.slice(0, verifiedCountMax)) {
    const { method, path, body = null } = request
    const response = await fetch(server.url + path, {
      method,
      body,
      // As the generator asks: no compression, and no connection left to time out in the pool.
      headers: { ...server.headers, ...request.headers, 'accept-encoding': 'identity', connection: 'close' },
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`)
    verify(JSON.parse(text))
    sizesBytes.push(Buffer.byteLength(text))
  }
  if (sizesBytes.length === 0) throw new Error('There is no question to ask.')
  return Math.min(...sizesBytes)
}
