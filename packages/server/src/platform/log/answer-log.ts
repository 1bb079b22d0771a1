import fastJsonStringify from 'fast-json-stringify'
import { type DestinationStream, type Logger, symbols } from 'pino'
import { isoTime } from '#kernel/clock'
import type { Answer } from '#platform/http/pipeline'

const text = { type: 'string' } as const

/** What a line says after its level and time, in this order; what is undefined is left out. */
const write = fastJsonStringify({
  type: 'object',
  properties: {
    operation: text,
    status: { type: 'integer' },
    durationMs: { type: 'number' },
    requestId: text,
    environmentId: text,
    caller: text,
  },
})

/**
 * One line an answer: what was asked by whom and how it went, and nothing of what was said. It is written by its
 * schema, past a logger that takes any object apart: that took longer than many a handler.
 */
export function createAnswerLog(logger: Logger): (answer: Answer) => void {
  const sink = (logger as unknown as { [symbols.streamSym]: DestinationStream })[symbols.streamSym]
  const level = logger.levels.values.info
  const isWanted = logger.isLevelEnabled('info')

  return (answer) => {
    const facts = {
      operation: answer.route.id,
      status: answer.status,
      durationMs: Math.round(answer.durationMs * 100) / 100,
      requestId: answer.requestId,
      environmentId: answer.environmentId,
      caller: answer.principal && `${answer.principal.kind}:${answer.principal.id ?? ''}`,
    }
    if (answer.error !== undefined) {
      logger.error({ ...facts, err: answer.error }, 'A request failed for a reason that nobody foresaw.')
    } else if (isWanted) {
      sink.write(`{"level":${level},"time":"${isoTime(Date.now())}",${write(facts).slice(1)}\n`)
    }
  }
}
