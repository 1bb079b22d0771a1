import { Claviger } from '@claviger/sdk'
import { KolayLoginBackendClient } from '@kolaylogin/backend'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSmsHook } from '../packages/server/src/slices/text-messages/sms-hook.fixture.js'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
const { url } = installation
const sms = await startSmsHook()

beforeAll(() =>
  installation.start({
    CLAVIGER_SMS_HOOK_URL: sms.hook.url,
    CLAVIGER_SMS_HOOK_SECRET: `whsec_${sms.hook.key.toString('base64')}`,
    CLAVIGER_OUTGOING_ALLOW: '127.0.0.1',
  }),
)
afterAll(async () => {
  await installation.remove()
  await sms.stop()
})

async function post(path: string, body: object) {
  const response = await fetch(`${url}/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects to find.
  return { status: response.status, body: (await response.json()) as any }
}

test('a person signs in by the SMS that a hook was handed, and a service of KolayLogin takes the session', async () => {
  const claviger = new Claviger({ baseUrl: url, secretKey: await installation.makeKey() })
  const phoneNumber = '+4915112345678'
  const { id } = await claviger.users.create({ phoneNumber })

  const handed = sms.next()
  expect((await post('sign-in/sms-otp', { phoneNumber })).status).toBe(200)
  const { isGenuine, message } = await handed
  expect([isGenuine, message.to]).toEqual([true, phoneNumber])
  const code = /^\d{6}/.exec(message.body)?.[0]
  const { status, body } = await post('sms/verify', { phoneNumber, code })
  expect([status, body.userId]).toEqual([200, id])

  const backend = new KolayLoginBackendClient({ baseUrl: url, issuer: url })
  const claims = await backend.verifySessionJwt(body.sessionToken)
  expect(claims).toMatchObject({ sub: id, sid: body.sessionId })
})
