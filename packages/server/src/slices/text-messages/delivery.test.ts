import { createTestDatabase, startTestServer, type TestEnvironment } from '@claviger/server/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { attemptsMax, retryDelaySeconds } from '#kernel/outbox'
import { sealBody } from './body.js'
import { startSmsHook } from './sms-hook.fixture.js'
import { outbox } from './store.js'

type Node = Awaited<ReturnType<typeof startTestServer>>
let sms: Awaited<ReturnType<typeof startSmsHook>>
let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>
let one: Node
let two: Node
/** A node that knows no hook. */
let mute: Node

beforeAll(async () => {
  sms = await startSmsHook()
  testDatabase = await createTestDatabase()
  one = await startTestServer(testDatabase, { smsHook: sms.hook })
  const { seal, clock } = one.server
  two = await startTestServer(testDatabase, { seal, clock, smsHook: sms.hook })
  mute = await startTestServer(testDatabase, { seal, clock })
})
afterAll(async () => {
  for (const node of [mute, two, one]) await node.stop()
  await testDatabase.drop()
  await sms.stop()
})
beforeEach(() => {
  sms.received.length = 0
  sms.state.status = 204
  delete sms.state.location
})

const number = '+4915112345678'
const body = '042137 is your code.'

async function queue(environment: TestEnvironment, to = number): Promise<string> {
  const id = newId()
  const contentSealed = sealBody(one.server.seal, environment.id, id, body)
  await one.server.database.transaction(environment.id, (tx) =>
    outbox.insert(tx, { id, kind: 'sms_code', to, contentSealed }),
  )
  return id
}

const get = ({ operator }: TestEnvironment, id: string) => operator.textMessages.get(id)

test('delivery posts a signed message, erases what it said, and records it', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  const queued = await get(environment, id)
  expect(queued).toMatchObject({ status: 'queued', to: number, kind: 'sms_code', body })

  expect(await one.server.deliverTextMessages()).toBe(1)

  const { createdAt } = queued
  expect(sms.received).toEqual([
    {
      id,
      isGenuine: true,
      timestamp: expect.any(Number),
      message: { id, to: number, body, kind: 'sms_code', environmentId: environment.id, createdAt },
    },
  ])
  expect(Math.abs((sms.received[0]?.timestamp ?? 0) * 1_000 - one.server.clock.now())).toBeLessThan(300_000)
  const sent = { status: 'sent', attempts: 1, lastError: null, sentAt: expect.any(String), body: null }
  expect(await get(environment, id)).toMatchObject(sent)
  const { rows } = await one.server.owner.query('select content_sealed from text_messages where id = $1', [
    id,
  ])
  expect(rows).toEqual([{ content_sealed: null }])
  const [event] = (await environment.sdk.events.list({ type: 'text_message.sent' })).items
  expect(event).toMatchObject({ actor: { type: 'system' }, data: { textMessage: { id, to: number } } })
  expect(await one.server.deliverTextMessages()).toBe(0)
})

test.each([408, 429, 500, 503])(
  'delivery tries again after a %i, each time later and with the same id',
  async (status) => {
    const environment = await one.server.environment()
    const id = await queue(environment)
    sms.state.status = status
    for (let attempts = 1; attempts <= 2; attempts++) {
      expect(await one.server.deliverTextMessages()).toBe(1)
      const lastError = `The hook answered ${status}.`
      expect(await get(environment, id)).toMatchObject({ status: 'queued', attempts, lastError })
      expect(await one.server.deliverTextMessages()).toBe(0)
      one.server.clock.advance({ seconds: retryDelaySeconds(attempts) })
    }
    sms.state.status = 200
    expect(await one.server.deliverTextMessages()).toBe(1)
    expect(await get(environment, id)).toMatchObject({ status: 'sent', attempts: 3 })
    expect(sms.received.map((message) => [message.id, message.isGenuine])).toEqual(Array(3).fill([id, true]))
    const [first, , third] = sms.received
    expect(third?.timestamp).toBeGreaterThan(first?.timestamp ?? 0)
  },
)

test.each([400, 401, 404, 410, 422])(
  'delivery gives up at once after a %i, and records it',
  async (status) => {
    const environment = await one.server.environment()
    const id = await queue(environment)
    sms.state.status = status
    expect(await one.server.deliverTextMessages()).toBe(1)
    const failed = { status: 'failed', attempts: 1, lastError: `The hook answered ${status}.`, body }
    expect(await get(environment, id)).toMatchObject(failed)
    one.server.clock.advance({ hours: 2 })
    expect(await one.server.deliverTextMessages()).toBe(0)
    expect((await environment.sdk.events.list({ type: 'text_message.failed' })).total).toBe(1)
  },
)

test('delivery follows no redirect, and outlives a hook that is not there', async () => {
  const elsewhere = await startSmsHook()
  Object.assign(sms.state, { status: 307, location: elsewhere.hook.url })
  const environment = await one.server.environment()
  const id = await queue(environment)
  await one.server.deliverTextMessages()
  const lastError = expect.stringContaining('redirects')
  expect(await get(environment, id)).toMatchObject({ status: 'queued', lastError })
  expect(elsewhere.received).toEqual([])
  await elsewhere.stop()

  const { seal, clock } = one.server
  const lost = await startTestServer(testDatabase, { seal, clock, smsHook: elsewhere.hook })
  clock.advance({ minutes: 1 })
  await lost.server.deliverTextMessages()
  const unreached = { status: 'queued', attempts: 2, lastError: expect.stringContaining('cannot be reached') }
  expect(await get(environment, id)).toMatchObject(unreached)
  await lost.stop()
  sms.state.status = 200
  clock.advance({ minutes: 2 })
  expect(await one.server.deliverTextMessages()).toBe(1)
})

test('delivery gives up after the last try', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  sms.state.status = 500
  for (let attempts = 0; attempts < attemptsMax; attempts++) {
    await one.server.deliverTextMessages()
    one.server.clock.advance({ hours: 1 })
  }
  expect(await one.server.deliverTextMessages()).toBe(0)
  expect(await get(environment, id)).toMatchObject({ status: 'failed', attempts: attemptsMax, body })
})

test('delivery on two nodes at once posts each of 40 messages once', async () => {
  const environment = await one.server.environment()
  const numbers = Array.from({ length: 40 }, (_, i) => `+4915100000${String(i).padStart(2, '0')}`)
  await Promise.all(numbers.map((to) => queue(environment, to)))
  const tries = await Promise.all([one.server.deliverTextMessages(), two.server.deliverTextMessages()])
  expect(tries.reduce((sum, n) => sum + n)).toBe(40)
  expect(sms.received.map(({ message }) => message.to).sort()).toEqual(numbers)
})

test('delivery takes over the message of a node that died, once its lease is over', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  // What a node does before it is killed.
  expect(await outbox.claim(one.server.database.anywhere, 1, 120)).toMatchObject([{ id }])
  expect(await two.server.deliverTextMessages()).toBe(0)
  one.server.clock.advance({ seconds: 121 })
  expect(await two.server.deliverTextMessages()).toBe(1)
  expect(await get(environment, id)).toMatchObject({ status: 'sent', attempts: 2 })
})

test('delivery without a hook keeps messages in the mailbox, where they stay', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  await mute.server.deliverTextMessages()
  one.server.clock.advance({ hours: 1 })
  expect(await one.server.deliverTextMessages()).toBe(0)
  expect(await get(environment, id)).toMatchObject({ status: 'kept', body })
  const page = await environment.operator.textMessages.list({ to: number })
  expect(page).toMatchObject({ total: 1, items: [{ id, kind: 'sms_code', status: 'kept' }] })
  expect(page.items[0]).not.toHaveProperty('body')
  expect((await environment.operator.textMessages.list({ to: '+4915112345679' })).total).toBe(0)
})

test('textMessages.get and textMessages.list are for administrators: a secret key must not sign people in', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  await expect(environment.sdk.textMessages.get(id)).rejects.toMatchObject({ status: 403 })
  await expect(environment.sdk.textMessages.list()).rejects.toMatchObject({ status: 403 })
  const { operator } = await one.server.environment()
  const unknown = { status: 404, code: 'text_message_not_found' }
  await expect(operator.textMessages.get(id)).rejects.toMatchObject(unknown)
})
