import {
  type InterruptibleConnection,
  interruptible,
} from '../../packages/server/src/platform/db/interruptible-connection.fixture.js'
import { type Fault, seconds } from './fault.js'
import { untilReady } from './load.js'
import { onExternalDatabase, underLoad } from './on-external-database.js'

/** A table that is locked for longer than anything waits, so that every connection ends up waiting for it. */
export const exhaustPool: Fault = {
  name: 'exhaust-pool',
  what: 'a lock that holds every connection for 25 s under load',
  async run() {
    let recovery = 0
    const result = await onExternalDatabase(
      async ({ database, target }) => {
        const holder = await database.connect()
        await holder.query('begin; lock table claviger.users in access exclusive mode')
        await untilReady(target.url, 503)
        await new Promise((resolve) => setTimeout(resolve, 25_000))
        await holder.query('commit')
        await holder.end()
        recovery = await untilReady(target.url, 200)
      },
      { clients: 48 },
    )
    const { figures, mustBeZero } = underLoad(result)
    return {
      figures: {
        ...figures,
        'longest wait for an answer': seconds(result.answers.longestMs),
        'ready after it is released': seconds(recovery),
      },
      mustBeZero,
    }
  },
}

/** A network that keeps every connection to the database and delivers nothing, as a firewall does. */
export const silenceNetwork: Fault = {
  name: 'silence-network',
  what: 'a network that swallows everything between server and database for 30 s under load',
  async run() {
    const ways: InterruptibleConnection[] = []
    let recovery = 0
    const result = await onExternalDatabase(
      async ({ target }) => {
        for (const way of ways) way.swallow()
        await untilReady(target.url, 503)
        await new Promise((resolve) => setTimeout(resolve, 30_000))
        for (const way of ways) {
          way.cut()
          way.restore()
        }
        recovery = await untilReady(target.url, 200)
      },
      {
        async reach(url) {
          const way = await interruptible(url)
          ways.push(way)
          return way.url
        },
      },
    )
    for (const way of ways) await way.close()
    const { figures, mustBeZero } = underLoad(result)
    return {
      figures: {
        ...figures,
        'longest wait for an answer': seconds(result.answers.longestMs),
        'ready after it delivers again': seconds(recovery),
      },
      mustBeZero,
    }
  },
}
