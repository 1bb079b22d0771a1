import { type DestinationStream, type Logger, symbols } from 'pino'
import { isoTime } from '#kernel/clock'
import type { Answer } from '#platform/http/pipeline'

/**
 * One line an answer: what was asked by whom and how it went, and nothing of what was said. It is written as the
 * logger would write it, and past it: to take an object apart for each answer took longer than many a handler.
 */
export function createAnswerLog(logger: Logger): (answer: Answer) => void {
  const sink = (logger as unknown as { [symbols.streamSym]: DestinationStream })[symbols.streamSym]
  const level = logger.levels.values.info
  const isWanted = logger.isLevelEnabled('info')

  return (answer) => {
    if (answer.error !== undefined) {
      logger.error(
        { ...JSON.parse(`{${factsOf(answer)}}`), err: answer.error },
        'A request failed for a reason that nobody foresaw.',
      )
    } else if (isWanted) {
      sink.write(`{"level":${level},"time":"${isoTime(Date.now())}",${factsOf(answer)}}\n`)
    }
  }
}

/** The members of a line. What comes from outside is escaped; ids and names of operations have nothing to escape. */
function factsOf({ route, status, durationMs, requestId, environmentId, principal }: Answer): string {
  const environment = environmentId === undefined ? '' : `,"environmentId":"${environmentId}"`
  const caller = principal === undefined ? '' : `,"caller":"${principal.kind}:${principal.id ?? ''}"`
  const ms = Math.round(durationMs * 100) / 100
  const id = JSON.stringify(requestId)
  return `"operation":"${route.id}","status":${status},"durationMs":${ms},"requestId":${id}${environment}${caller}`
}
