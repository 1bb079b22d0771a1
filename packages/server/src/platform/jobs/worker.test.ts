import { Writable } from 'node:stream'
import { createTestDatabase } from '@claviger/server/testing'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createLogger } from '#platform/log/log'
import { startWorker } from './worker.js'

test('startWorker runs a job that is due, and tells it to come to an end when it stops', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  let begin = () => {}
  const begun = new Promise<void>((resolve) => (begin = resolve))
  let ended = false
  const worker = await startWorker({
    connectionString: database.url,
    logger: createLogger('silent', new Writable()),
    onFailure: (reason) => expect.unreachable(reason),
    jobs: [
      {
        name: 'endless',
        // Never by itself, as long as the test runs.
        schedule: '0 0 29 2 *',
        work: async (stop) => {
          begin()
          await new Promise((resolve) => stop.addEventListener('abort', resolve))
          ended = true
        },
      },
    ],
  })
  await owner.query("select graphile_worker.add_job('endless')")
  await owner.end()
  await begun
  expect([worker.isRunning(), ended]).toEqual([true, false])
  await worker.stop()
  expect([worker.isRunning(), ended]).toEqual([false, true])
})
