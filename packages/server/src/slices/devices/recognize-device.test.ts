import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/sign-in/email-password'
const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' }

const credentials = (email: string) => ({ email, password: goodPassword })

/** A user whose address is verified, in the browser of the sign-up. */
async function verified(environment: TestEnvironment, email?: string) {
  const browser = await environment.signedUp(email)
  await server.owner.query('update user_emails set verified_at = now() where user_id = $1', [browser.userId])
  return browser
}

async function newDeviceMails({ operator }: TestEnvironment, to: string) {
  const { items } = await operator.emails.list({ to })
  return Promise.all(
    items.filter(({ kind }) => kind === 'new_device').map(({ id }) => operator.emails.get(id)),
  )
}

const devicesOf = async ({ sdk }: TestEnvironment, userId: string) =>
  (await sdk.users.listDevices(userId)).items

test('a sign-up makes a device, and mails nobody about it', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [device, ...more] = await devicesOf(environment, ada.userId)
  expect(more).toEqual([])
  expect(device).toMatchObject({ userId: ada.userId, name: 'Node.js', ipAddress: '127.0.0.1' })
  const [session] = (await environment.sdk.sessions.list({ userId: ada.userId })).items
  expect(session).toMatchObject({ deviceId: device?.id, deviceName: 'Node.js' })
  expect(await newDeviceMails(environment, ada.email)).toEqual([])
})

test('the cookie of a device is for the server alone, for 400 days, and only its hash is kept', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const { headers } = await environment.browser().post(path, credentials(ada.email))
  const cookie = headers.getSetCookie().find((set) => set.startsWith('__device='))
  expect(cookie).toMatch(/^__device=dev_\w{49}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/)
  const { rows } = await server.owner.query('select d::text as text from devices d where user_id = $1', [
    ada.userId,
  ])
  const token = /dev_\w+/.exec(cookie ?? '')?.[0] ?? ''
  expect(rows).toHaveLength(2)
  for (const { text } of rows) expect(text).not.toContain(token.slice(4, 20))
  expect(server.log.join('')).not.toContain(token)
})

test('a device that signs in again is known, and keeps its cookie, its row and its peace', async () => {
  const environment = await server.environment()
  const ada = await verified(environment)
  const cookie = ada.cookies.get('__device')
  server.clock.advance({ minutes: 5 })
  const { headers } = await ada.post(path, credentials(ada.email), firefox)
  expect(ada.cookies.get('__device')).toBe(cookie)
  expect(headers.getSetCookie().join()).toContain('__device=')
  const [device, ...more] = await devicesOf(environment, ada.userId)
  expect(more).toEqual([])
  expect(device?.name).toBe('Firefox on Linux')
  expect(Date.parse(device?.lastSignInAt ?? '') - Date.parse(device?.createdAt ?? '')).toBeGreaterThan(
    240_000,
  )
  expect(await newDeviceMails(environment, ada.email)).toEqual([])
  expect((await environment.sdk.events.list({ type: 'device.created' })).total).toBe(1)
})

test('two tabs of a known device that sign in at once stay one device', async () => {
  const environment = await server.environment()
  const ada = await verified(environment)
  const answers = await Promise.all([1, 2, 3].map(() => ada.post(path, credentials(ada.email))))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await devicesOf(environment, ada.userId)).toHaveLength(1)
})

test('the owner is mailed about a new device, in words of ours', async () => {
  const environment = await server.environment()
  const ada = await verified(environment)
  const { body } = await environment.browser().post(path, credentials(ada.email), firefox)
  const [mail, ...more] = await newDeviceMails(environment, ada.email)
  expect(more).toEqual([])
  expect(mail?.subject).toBe(`New sign-in to ${environment.name.split('/')[0]}`)
  expect(mail?.text).toMatch(/^Firefox on Linux\n127\.0\.0\.1\n\d{4}-\d\d-\d\d \d\d:\d\d UTC$/m)
  expect(mail?.html).toContain('Firefox on Linux<br>127.0.0.1<br>')
  const [newest] = await devicesOf(environment, ada.userId)
  expect(await environment.sdk.sessions.get(body.sessionId)).toMatchObject({ deviceId: newest?.id })
})

test('nobody is mailed at an address that was never proved, nor where the environment wants no such mail', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await environment.browser().post(path, credentials(ada.email))
  expect(await newDeviceMails(environment, ada.email)).toEqual([])

  const quiet = await server.environment({ settings: { newDeviceEmails: false } })
  const bob = await verified(quiet)
  await quiet.browser().post(path, credentials(bob.email))
  expect(await newDeviceMails(quiet, bob.email)).toEqual([])
  expect(await devicesOf(quiet, bob.userId)).toHaveLength(2)
})

test('a wrong password makes no device, and a sign-in elsewhere knows none', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const stranger = environment.browser()
  await stranger.post(path, { email: ada.email, password: 'wrong' })
  expect(stranger.cookies.has('__device')).toBe(false)
  expect(await devicesOf(environment, ada.userId)).toHaveLength(1)

  // The cookie of another environment is as unknown as any.
  const other = await server.environment()
  const eve = await other.signedUp()
  const browser = other.browser()
  browser.cookies.set('__device', ada.cookies.get('__device') as string)
  await browser.post(path, credentials(eve.email))
  expect(browser.cookies.get('__device')).not.toBe(ada.cookies.get('__device'))
  expect(await devicesOf(other, eve.userId)).toHaveLength(2)
})

test('a cookie that was planted is not what a device is recognised by', async () => {
  const environment = await server.environment()
  const ada = await verified(environment, 'ada@example.com')
  const eve = await environment.signedUp('eve@example.com')
  const planted = eve.cookies.get('__device') as string
  const victim = environment.browser()
  victim.cookies.set('__device', planted)
  expect((await victim.post(path, credentials(ada.email))).status).toBe(200)

  expect(victim.cookies.get('__device')).not.toBe(planted)
  expect(await newDeviceMails(environment, ada.email)).toHaveLength(1)
  // What Eve knows is a device of nobody now; the browser has one token for both of its users.
  await eve.post(path, credentials(ada.email))
  expect(await newDeviceMails(environment, ada.email)).toHaveLength(2)
  const shared = victim.cookies.get('__device')
  await victim.post(path, credentials(eve.email))
  expect(victim.cookies.get('__device')).toBe(shared)
})

test.each(['', 'dev_', 'x'.repeat(4_000), "dev_' or true --"])(
  'a cookie that cannot be ours counts as none: %s',
  async (value) => {
    const environment = await server.environment()
    const ada = await environment.signedUp()
    ada.cookies.set('__device', value)
    expect((await ada.post(path, credentials(ada.email))).status).toBe(200)
    expect(ada.cookies.get('__device')).toMatch(/^dev_\w{49}$/)
    expect(await devicesOf(environment, ada.userId)).toHaveLength(2)
  },
)

test('no more than 50 devices of a user are remembered, and the latest are', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await server.owner.query(
    `insert into devices (environment_id, id, user_id, token_hash, last_sign_in_at)
     select $1, gen_random_uuid(), $2, sha256(int4send(i)), instant() - i * interval '1 day'
     from generate_series(1, 49) i`,
    [environment.id, ada.userId],
  )
  await environment.browser().post(path, credentials(ada.email))
  await environment.browser().post(path, credentials(ada.email))
  const { rows } = await server.owner.query(
    `select count(*)::int as n, min(last_sign_in_at) > instant() - interval '48 days 1 hour' as latest
     from devices where user_id = $1`,
    [ada.userId],
  )
  expect(rows).toEqual([{ n: 50, latest: true }])
})

test('me.deleteDevice forgets a device and ends its sessions, and no others', async () => {
  const environment = await server.environment()
  const ada = await verified(environment)
  const lost = environment.browser()
  await lost.post(path, credentials(ada.email))
  const { body } = await ada.get('/v1/me/devices')
  expect(body.total).toBe(2)
  const [newest] = body.devices
  expect(await ada.delete(`/v1/me/devices/${newest.id}`)).toMatchObject({ status: 200, body: { ok: true } })

  expect((await lost.get('/v1/me')).status).toBe(401)
  expect((await lost.post('/v1/auth/sessions/refresh')).status).toBe(401)
  expect((await ada.get('/v1/me')).status).toBe(200)
  const types = (await environment.sdk.events.list()).items.map(({ type }) => type)
  expect(types.slice(0, 2).sort()).toEqual(['device.deleted', 'session.revoked'])
  expect((await ada.delete(`/v1/me/devices/${newest.id}`)).body.code).toBe('device_not_found')

  // What it signs in with next is new again.
  const before = (await newDeviceMails(environment, ada.email)).length
  await lost.post(path, credentials(ada.email))
  expect(await newDeviceMails(environment, ada.email)).toHaveLength(before + 1)
})

test('users.deleteDevice forgets a device of the user that the path names, and of nobody else', async () => {
  const environment = await server.environment()
  const [ada, bob] = [await environment.signedUp(), await environment.signedUp()]
  const [device] = await devicesOf(environment, ada.userId)
  const id = device?.id ?? ''
  await expect(environment.sdk.users.deleteDevice(bob.userId, id)).rejects.toMatchObject({
    code: 'device_not_found',
  })
  await environment.sdk.users.deleteDevice(ada.userId, id)
  expect((await ada.get('/v1/me')).status).toBe(401)
  expect((await bob.get('/v1/me')).status).toBe(200)
  const [session] = (await environment.sdk.sessions.list({ userId: ada.userId })).items
  expect(session).toMatchObject({ status: 'revoked', deviceId: null })
})
