import { createTestDatabase, startTestServer, type TestEnvironment } from '@claviger/server/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { attemptsMax, retryDelaySeconds } from '#kernel/outbox'
import { sealContent } from './content.js'
import { startSmtp } from './smtp.fixture.js'
import { outbox } from './store.js'

type Node = Awaited<ReturnType<typeof startTestServer>>
let smtp: Awaited<ReturnType<typeof startSmtp>>
let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>
let one: Node
let two: Node
/** A node that knows no SMTP server. */
let mute: Node

beforeAll(async () => {
  smtp = await startSmtp()
  testDatabase = await createTestDatabase()
  one = await startTestServer(testDatabase, { smtpUrl: smtp.url })
  const { seal, clock } = one.server
  two = await startTestServer(testDatabase, { seal, clock, smtpUrl: smtp.url })
  mute = await startTestServer(testDatabase, { seal, clock })
})
afterAll(async () => {
  for (const node of [mute, two, one]) await node.stop()
  await testDatabase.drop()
  await smtp.stop()
})
beforeEach(() => {
  smtp.arrived.length = 0
  smtp.state.refuses = false
})

const content = { subject: 'Sign in', text: 'https://example.com/#token=1', html: '<p>Sign in</p>' }

async function queue(environment: TestEnvironment, to = 'ada@example.com', said = content): Promise<string> {
  const id = newId()
  const contentSealed = sealContent(one.server.seal, environment.id, id, said)
  await one.server.database.transaction(environment.id, (tx) =>
    outbox.insert(tx, { id, kind: 'magic_link', to, contentSealed }),
  )
  return id
}

const get = async ({ operator }: TestEnvironment, id: string) => operator.emails.get(id)

test('delivery sends a mail as text and HTML, erases what it said, and records it', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  expect(await get(environment, id)).toMatchObject({ status: 'queued', ...content })

  expect(await one.server.deliverEmails()).toBe(1)

  const [mail] = smtp.arrived
  expect(mail?.recipients).toEqual(['ada@example.com'])
  expect(mail?.read).toMatchObject({
    from: { address: 'id@claviger.test', name: 'Claviger' },
    subject: 'Sign in',
    messageId: `<${id}@claviger.test>`,
  })
  expect([mail?.read.text?.trim(), mail?.read.html?.trim()]).toEqual([content.text, content.html])
  const sent = { status: 'sent', attempts: 1, lastError: null, sentAt: expect.any(String) }
  expect(await get(environment, id)).toMatchObject({ ...sent, subject: null, text: null, html: null })
  const [event] = (await environment.sdk.events.list({ type: 'email.sent' })).items
  expect(event).toMatchObject({ actor: { type: 'system' }, data: { email: { id, to: 'ada@example.com' } } })
  expect(await one.server.deliverEmails()).toBe(0)
})

test('delivery lets nothing in a mail become a header or another recipient', async () => {
  const environment = await one.server.environment()
  const subject = 'Hello\r\nBcc: eve@example.com\r\n\r\nBody'
  await queue(environment, 'ada@example.com', { ...content, subject })
  await queue(environment, 'ada@example.com, eve@example.com')
  await queue(environment, 'ada@example.com\r\nBcc: eve@example.com')
  await one.server.deliverEmails()
  for (const { raw, recipients } of smtp.arrived) {
    expect(recipients).not.toContain('eve@example.com')
    expect(raw).not.toMatch(/^Bcc:/im)
  }
  expect(smtp.arrived.length).toBeGreaterThan(0)
  // What no server can take is not for the other tests to try.
  await one.server.owner.query('delete from emails where environment_id = $1', [environment.id])
})

test('delivery tries again when the SMTP server takes mail again, each time later', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  smtp.state.refuses = true
  for (let attempts = 1; attempts <= 3; attempts++) {
    expect(await one.server.deliverEmails()).toBe(1)
    expect(await get(environment, id)).toMatchObject({
      status: 'queued',
      attempts,
      lastError: expect.stringContaining('Not now'),
    })
    expect(await one.server.deliverEmails()).toBe(0)
    one.server.clock.advance({ seconds: retryDelaySeconds(attempts) })
  }
  smtp.state.refuses = false
  expect(await one.server.deliverEmails()).toBe(1)
  expect(await get(environment, id)).toMatchObject({ status: 'sent', attempts: 4, lastError: null })
})

test('delivery outlives an SMTP server that is not there', async () => {
  const down = await startSmtp()
  await down.stop()
  const { seal, clock } = one.server
  const lost = await startTestServer(testDatabase, { seal, clock, smtpUrl: down.url })
  const environment = await one.server.environment()
  const id = await queue(environment)
  expect(await lost.server.deliverEmails()).toBe(1)
  expect(await get(environment, id)).toMatchObject({
    status: 'queued',
    lastError: expect.stringContaining('ECONNREFUSED'),
  })
  clock.advance({ minutes: 1 })
  expect(await one.server.deliverEmails()).toBe(1)
  expect(await get(environment, id)).toMatchObject({ status: 'sent' })
  await lost.stop()
})

test('delivery gives up after the last try, records it, and keeps what the mail said', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  smtp.state.refuses = true
  for (let attempts = 0; attempts < attemptsMax; attempts++) {
    await one.server.deliverEmails()
    one.server.clock.advance({ hours: 1 })
  }
  expect(await one.server.deliverEmails()).toBe(0)
  expect(await get(environment, id)).toMatchObject({ status: 'failed', attempts: attemptsMax, ...content })
  expect((await environment.sdk.events.list({ type: 'email.failed' })).total).toBe(1)
})

test('delivery on two nodes at once sends each of 60 mails once', async () => {
  const environment = await one.server.environment()
  const addresses = Array.from({ length: 60 }, (_, i) => `${i}@example.com`)
  await Promise.all(addresses.map((to) => queue(environment, to)))
  const tries = await Promise.all([one.server.deliverEmails(), two.server.deliverEmails()])
  expect(tries.reduce((sum, n) => sum + n)).toBe(60)
  expect(smtp.arrived.flatMap(({ recipients }) => recipients).sort()).toEqual(addresses.sort())
})

test('delivery takes over the mail of a node that died, once its lease is over', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  // What a node does before it is killed.
  expect(await outbox.claim(one.server.database.anywhere, 1, 120)).toMatchObject([{ id }])
  expect(await two.server.deliverEmails()).toBe(0)
  one.server.clock.advance({ seconds: 121 })
  expect(await two.server.deliverEmails()).toBe(1)
  expect(await get(environment, id)).toMatchObject({ status: 'sent', attempts: 2 })
})

test('delivery without an SMTP server keeps mails in the mailbox, where they stay', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  await mute.server.deliverEmails()
  one.server.clock.advance({ hours: 1 })
  expect(await one.server.deliverEmails()).toBe(0)
  expect(await get(environment, id)).toMatchObject({ status: 'kept', ...content })
  const page = await environment.operator.emails.list({ to: 'ADA@example.com' })
  expect(page).toMatchObject({ total: 1, items: [{ id, kind: 'magic_link', status: 'kept' }] })
  expect(page.items[0]).not.toHaveProperty('text')
  expect((await environment.operator.emails.list({ to: 'eve@example.com' })).total).toBe(0)
})

test('emails.get and emails.list are for administrators: a secret key must not sign people in', async () => {
  const environment = await one.server.environment()
  const id = await queue(environment)
  await expect(environment.sdk.emails.get(id)).rejects.toMatchObject({ status: 403 })
  await expect(environment.sdk.emails.list()).rejects.toMatchObject({ status: 403 })
  const { operator } = await one.server.environment()
  await expect(operator.emails.get(id)).rejects.toMatchObject({ status: 404, code: 'email_not_found' })
})

test('delivery leaves the mails of a deleted project where they are, until it is recovered', async () => {
  const environment = await one.server.environment()
  const { operator, projectId } = environment
  const id = await queue(environment)
  await operator.projects.delete(projectId)
  await one.server.deliverEmails()
  expect(smtp.arrived.filter(({ read }) => read.messageId?.includes(id))).toEqual([])
  await operator.projects.recover(projectId)
  expect(await get(environment, id)).toMatchObject({ status: 'queued', attempts: 0 })
  await one.server.deliverEmails()
  expect(await get(environment, id)).toMatchObject({ status: 'sent', attempts: 1 })
})
