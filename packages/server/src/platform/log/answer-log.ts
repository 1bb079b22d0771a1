import { api } from '@claviger/contract'
import { type DestinationStream, type Logger, symbols } from 'pino'
import { isoTime } from '#kernel/clock'
import type { Answer } from '#platform/http/pipeline'

/**
 * Operations that an API asks for on each of its own requests. Answers of them are told only at `debug`, unless they
 * are refusals: thousands of lines a second would tell nothing that usage and metrics do not, and fill a disk in hours.
 */
const frequent: ReadonlySet<string> = new Set([api.apiKeys.verifyApiKey.id])

/**
 * One line an answer: what was asked by whom and how it went, and nothing of what was said. It is written as the
 * logger would write it, and past it: to take an object apart for each answer took longer than many a handler.
 */
export function createAnswerLog(logger: Logger): (answer: Answer) => void {
  const sink = (logger as unknown as { [symbols.streamSym]: DestinationStream })[symbols.streamSym]
  const { info, debug } = logger.levels.values
  const [isWanted, isFrequentWanted] = [logger.isLevelEnabled('info'), logger.isLevelEnabled('debug')]

  return (answer) => {
    if (answer.error !== undefined) {
      logger.error(
        { ...JSON.parse(`{${factsOf(answer)}}`), err: answer.error },
        'A request failed for a reason that nobody foresaw.',
      )
      return
    }
    const isFrequent = answer.status < 400 && frequent.has(answer.route.id)
    if (isFrequent ? isFrequentWanted : isWanted) {
      const level = isFrequent ? debug : info
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
