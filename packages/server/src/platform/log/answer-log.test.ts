import { api } from '@claviger/contract'
import { expect, test } from 'vitest'
import type { Answer } from '#platform/http/pipeline'
import { createAnswerLog } from './answer-log.js'
import { createLogger } from './log.js'

const answer: Answer = {
  route: api.users.listUsers,
  status: 200,
  requestId: 'from "outside"\n',
  durationMs: 1.23456,
  principal: { kind: 'secret_key', id: 'key', permissions: ['*'] },
  environmentId: undefined,
  error: undefined,
}

/** The lines that a log of this level says of answers. */
function told(level: string, answers: readonly Answer[]): unknown[] {
  const lines: string[] = []
  answers.forEach(createAnswerLog(createLogger(level, { write: (line: string) => lines.push(line) })))
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true)
  return lines.map((line) => JSON.parse(line))
}

test('an answer is one line of the log, with what it says escaped and what is unknown left out', () => {
  expect(told('info', [answer])).toEqual([
    {
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
      operation: 'users.list',
      status: 200,
      durationMs: 1.23,
      requestId: 'from "outside"\n',
      caller: 'secret_key:key',
    },
  ])
})

test('a log of warnings says nothing of an answer, unless it was one that nobody foresaw', () => {
  const fault = { ...answer, status: 500, error: new Error('Broken') }
  expect(told('warn', [answer, fault])).toMatchObject([
    { level: 50, operation: 'users.list', status: 500, err: { message: 'Broken' } },
  ])
})

test('verifications that were answered are told at debug only, those that were refused as everything else', () => {
  const verified = { ...answer, route: api.apiKeys.verifyApiKey }
  const refused = { ...verified, status: 401 }
  const operation = 'apiKeys.verify'
  expect(told('info', [verified, refused])).toMatchObject([{ level: 30, operation, status: 401 }])
  expect(told('debug', [verified, refused, answer])).toMatchObject([
    { level: 20, operation, status: 200 },
    { level: 30, operation, status: 401 },
    { level: 30, operation: 'users.list' },
  ])
})
