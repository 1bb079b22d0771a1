import { expect, test } from 'vitest'
import { type ClaimedRow, createDelivery, type DeliveryServices } from './outbox.js'

const message = (id: string): ClaimedRow => ({
  environment_id: 'e',
  id,
  to_address: 'ada@example.com',
  content_sealed: Buffer.alloc(0),
  attempts: 1,
})

test('a message that cannot be accounted for leaves none behind that is still being sent', async () => {
  const failures: unknown[] = []
  const queue = [message('lost'), message('slow')]
  const settled: string[] = []
  let taken = () => {}
  const slow = new Promise<void>((resolve) => {
    taken = resolve
  })
  const services = {
    transaction: (_environmentId: string, work: (tx: never) => Promise<unknown>) => work(undefined as never),
    failed: (error: unknown) => failures.push(error),
  } as unknown as DeliveryServices
  const delivery = createDelivery(services, {
    claim: async () => queue.splice(0),
    send: ({ id }) => (id === 'slow' ? slow : Promise.resolve()),
    settle: async (_tx, { id }) => {
      if (id === 'lost') throw new Error('The database is gone.')
      settled.push(id)
      return undefined
    },
    record: async () => {},
  })

  let stopped = false
  const run = delivery.run()
  const stop = delivery.stop().then(() => {
    stopped = true
  })
  // Every promise that depends on nothing but others has long been kept by then.
  await new Promise((resolve) => setImmediate(resolve))
  expect(stopped).toBe(false)
  taken()
  await Promise.all([run, stop])

  expect(settled).toEqual(['slow'])
  expect(failures).toEqual([new Error('The database is gone.')])
})
