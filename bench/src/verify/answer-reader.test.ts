import { expect, test } from 'vitest'
import { AnswerReader } from './answer-reader.js'

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"valid":true}'

test('an answer comes out whole, wherever its bytes were parted', () => {
  for (let at = 1; at < answer.length; at += 1) {
    const reader = new AnswerReader()
    expect(reader.push(answer.slice(0, at))).toBeNull()
    expect(reader.push(answer.slice(at))).toEqual({ status: 200, body: '{"valid":true}' })
  }
})

test('the answer after one starts anew', () => {
  const reader = new AnswerReader()
  expect(reader.push(answer)?.status).toBe(200)
  expect(reader.push(answer.replace('200', '429'))?.status).toBe(429)
})

test('an answer that is longer than it says, or does not say it, is refused', () => {
  expect(() => new AnswerReader().push(`${answer} `)).toThrow(/longer/)
  expect(() => new AnswerReader().push('HTTP/1.1 200 OK\r\nDate: x\r\n\r\n')).toThrow(/how long/)
})
