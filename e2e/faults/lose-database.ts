import { type Fault, seconds } from './fault.js'
import { untilReady } from './load.js'
import { onExternalDatabase, underLoad } from './on-external-database.js'

/** How often a database can be lost and come back in one run. */
const times = 3

/** `kill -9` of the postmaster under load, and a new start of it. */
export const killDatabase: Fault = {
  name: 'kill-database',
  what: 'kill -9 of the PostgreSQL under load, and its restart, three times',
  async run() {
    const [recovery, outage]: [number[], number[]] = [[], []]
    const result = await onExternalDatabase(async ({ database, target, load }) => {
      for (let i = 0; i < times; i++) {
        const startedAt = performance.now()
        await database.kill()
        await untilReady(target.url, 503)
        const before = load.answers.unavailable
        while (load.answers.unavailable < before + 50) await new Promise(setImmediate)
        await database.start()
        outage.push(performance.now() - startedAt)
        recovery.push(await untilReady(target.url, 200))
      }
    })
    const { figures, mustBeZero } = underLoad(result)
    return {
      figures: {
        ...figures,
        'database away, longest': seconds(Math.max(...outage)),
        'ready after it is back, longest': seconds(Math.max(...recovery)),
        'longest wait for an answer': seconds(result.answers.longestMs),
      },
      mustBeZero,
    }
  },
}

/** `pg_terminate_backend` of every connection under load. */
export const endConnections: Fault = {
  name: 'end-connections',
  what: 'pg_terminate_backend of every connection under load, ten times',
  async run() {
    const result = await onExternalDatabase(async ({ database, load }) => {
      for (let i = 0; i < 10; i++) {
        const { good } = load.answers
        await database.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
        )
        while (load.answers.good < good + 50) await new Promise(setImmediate)
      }
    })
    const { figures, mustBeZero } = underLoad(result)
    return {
      figures: { ...figures, 'longest wait for an answer': seconds(result.answers.longestMs) },
      mustBeZero,
    }
  },
}
