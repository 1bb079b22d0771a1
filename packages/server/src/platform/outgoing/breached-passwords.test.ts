import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { goodPassword, testServer } from '@claviger/server/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'

const asked: { path: string; padding: string | undefined }[] = []
let listener: RequestListener
const service = createServer((request, response) => {
  asked.push({ path: request.url ?? '', padding: request.headers['add-padding'] as string | undefined })
  listener(request, response)
})
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
const { port } = service.address() as AddressInfo
const breachedPasswordsUrl = `http://127.0.0.1:${port}/range`
const server = testServer({ breachedPasswordsUrl })

afterAll(() => {
  service.closeAllConnections()
  service.close()
})

const breached = 'Breached-horse-battery-1'
const digestOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()
const padding = `${'0'.repeat(34)}1:0`

/** Answers as the real service does: the others of the range, and padding. */
const knows =
  (password: string, count: number): RequestListener =>
  (request, response) => {
    const digest = digestOf(password)
    const isRange = request.url === `/range/${digest.slice(0, 5)}`
    const lines = [`${'F'.repeat(35)}:3`, ...(isRange ? [`${digest.slice(5)}:${count}`] : []), padding]
    response.end(lines.join('\r\n'))
  }

beforeEach(() => {
  asked.length = 0
  listener = knows(breached, 42)
})

const refused = { status: 400, body: { code: 'password_breached', message: 'password_breached' } }
const warnings = () => server.log.filter((line) => line.includes('without knowing whether it leaked'))

async function signUp(password: string, environment = server.environment()) {
  const browser = (await environment).browser()
  return browser.post('/v1/auth/sign-up/email-password', { email: 'ada@example.com', password })
}

test('a breached password is refused wherever a person sets one, and nothing is kept of it', async () => {
  const environment = await server.environment()
  expect(await signUp(breached, Promise.resolve(environment))).toMatchObject(refused)
  expect((await environment.sdk.users.list()).total).toBe(0)

  const ada = await environment.signedUp()
  const change = { currentPassword: goodPassword, newPassword: breached }
  expect(await ada.post('/v1/auth/me/password', change)).toMatchObject(refused)
  await ada.post('/v1/auth/password/reset/request', { email: ada.email })
  const [mail] = (await environment.operator.emails.list({ to: ada.email })).items
  const { text } = await environment.operator.emails.get(mail?.id ?? '')
  const token = /#token=(\w+)/.exec(text ?? '')?.[1]
  const reset = (newPassword: string) =>
    environment.browser().post('/v1/auth/password/reset/confirm', { token, newPassword })
  expect(await reset(breached)).toMatchObject(refused)
  // The refusal used nothing up.
  expect((await reset('Better-horse-battery-10')).status).toBe(200)
  expect(warnings()).toEqual([])
})

test('the service is told five digits of the digest, asked for padding, and is not asked at sign-in', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const path = `/range/${digestOf(goodPassword).slice(0, 5)}`
  expect(asked).toEqual([{ path, padding: 'true' }])
  const credentials = { email: ada.email, password: goodPassword }
  expect((await ada.post('/v1/auth/sign-in/email-password', credentials)).status).toBe(200)
  expect(asked).toHaveLength(1)
})

test('a password that a backend creates or imports is not asked about', async () => {
  const { sdk } = await server.environment()
  await sdk.users.create({ password: breached })
  const { counts } = await sdk.imports.users({ users: [{ externalId: '1', password: breached }] })
  expect([counts.created, asked]).toEqual([1, []])
})

test('padding that happens to match is no breach', async () => {
  listener = knows(breached, 0)
  expect((await signUp(breached)).status).toBe(201)
})

test('an environment may take breached passwords, and then nobody is asked', async () => {
  const passwordPolicy = { lengthMin: 8, uppercase: false, lowercase: false, digit: false, symbol: false }
  const settings = { passwordPolicy: { ...passwordPolicy, refuseBreached: false } }
  expect((await signUp(breached, server.environment({ settings }))).status).toBe(201)
  expect(asked).toEqual([])
  // A policy that says nothing of it was written before there was a service, and is asked for.
  expect(await signUp(breached, server.environment({ settings: { passwordPolicy } }))).toMatchObject(refused)
})

test.each<[string, RequestListener]>([
  ['says 503', (_request, response) => response.writeHead(503).end()],
  ['answers a page', (_request, response) => response.end('<html>Sign in to the hotel</html>')],
  ['redirects', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['hangs up', (request) => request.socket.destroy()],
  ['answers nothing', () => {}],
])('a password is taken, with one warning and a count, while the service %s', async (_, answers) => {
  listener = answers
  const before = warnings().length
  expect((await signUp(breached)).status).toBe(201)
  const [warning = '', ...more] = warnings().slice(before)
  expect(more).toEqual([])
  expect(JSON.parse(warning)).toMatchObject({ reason: expect.any(String) })
  const digest = digestOf(breached)
  for (const secret of [breached, digest.slice(0, 5), digest.slice(5)]) expect(warning).not.toContain(secret)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain(`claviger_breach_checks_unanswered_total ${before + 1}`)
})
