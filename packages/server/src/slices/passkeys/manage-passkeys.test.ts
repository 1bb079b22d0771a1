import { createTestDatabase, startTestServer, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { beginRegistration, beginSignIn, registered } from './authenticator.fixture.js'
import { sweepChallenges } from './index.js'

const server = testServer()

test('me.updatePasskey renames a passkey of the user and of nobody else, and records it', async () => {
  const { sdk, signedUp } = await server.environment()
  const [ada, eve] = await Promise.all([signedUp(), signedUp()])
  const { passkey } = await registered(ada)
  const path = `/v1/me/passkeys/${passkey.id}`
  const { status, body } = await ada.patch(path, { name: 'Key ring' })
  expect([status, body]).toEqual([200, { passkey: { ...passkey, name: 'Key ring' } }])
  expect((await sdk.events.list()).events[0]).toMatchObject({ type: 'passkey.updated', data: body })
  expect((await eve.patch(path, { name: 'Mine' })).body.code).toBe('passkey_not_found')
  expect((await ada.patch(path, { name: '' })).status).toBe(400)
  expect((await ada.get('/v1/me/passkeys')).body.passkeys).toEqual([body.passkey])
})

test('me.deletePasskey deletes a passkey of the user and of nobody else, once, and records it', async () => {
  const { sdk, signedUp } = await server.environment()
  const [ada, eve] = await Promise.all([signedUp(), signedUp()])
  const { passkey } = await registered(ada)
  const path = `/v1/me/passkeys/${passkey.id}`
  expect((await eve.delete(path)).body.code).toBe('passkey_not_found')
  expect((await ada.delete(path)).status).toBe(200)
  expect((await sdk.events.list()).events[0]).toMatchObject({ type: 'passkey.deleted', data: { passkey } })
  expect((await ada.delete(path)).body.code).toBe('passkey_not_found')
})

test('users.listPasskeys and users.deletePasskey see those of the named user only', async () => {
  const { sdk, signedUp } = await server.environment()
  const [ada, eve] = await Promise.all([signedUp(), signedUp()])
  const { passkey } = await registered(ada)
  expect(await sdk.users.listPasskeys(ada.userId)).toMatchObject({ total: 1, passkeys: [passkey] })
  expect(await sdk.users.listPasskeys(eve.userId)).toMatchObject({ total: 0, passkeys: [] })
  await expect(sdk.users.deletePasskey(eve.userId, passkey.id)).rejects.toMatchObject({
    code: 'passkey_not_found',
  })
  await sdk.users.deletePasskey(ada.userId, passkey.id)
  expect((await sdk.users.listPasskeys(ada.userId)).total).toBe(0)
})

test('users.export shows the passkeys of the user', async () => {
  const { sdk, signedUp } = await server.environment()
  const ada = await signedUp()
  const { passkey } = await registered(ada)
  expect((await sdk.users.export(ada.userId)).passkeys).toEqual([passkey])
})

test('me.beginPasskeyRegistration is 409 for a user who has 50', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await server.owner.query(
    `insert into passkeys (environment_id, id, user_id, name, credential_id, public_key, sign_count, transports,
                           aaguid, device_type, backed_up)
     select $1, gen_random_uuid(), $2, 'Key', int4send(n), '', 0, '{}', gen_random_uuid(), 'singleDevice', false
     from generate_series(1, 50) n`,
    [environment.id, ada.userId],
  )
  const { status, body } = await ada.post('/v1/auth/me/passkeys/register/begin')
  expect([status, body.code]).toEqual([409, 'passkey_limit_reached'])
})

test('authentication.beginPasskeySignIn says what to set where the server has no name', async () => {
  const testDatabase = await createTestDatabase()
  const { server: unnamed, stop } = await startTestServer(testDatabase, { publicUrl: 'http://192.0.2.7' })
  try {
    const answer = await (await unnamed.environment()).browser().post('/v1/auth/passkeys/authenticate/begin')
    expect(answer).toMatchObject({ status: 409, body: { code: 'passkeys_need_a_domain' } })
    const named = await unnamed.environment({ settings: { passkeys: { rpId: 'example.com' } } })
    expect((await beginSignIn(named.browser())).rpId).toBe('example.com')
  } finally {
    await stop()
    await testDatabase.drop()
  }
})

test('environment.update sets the domain of passkeys, refuses what is none, and null takes it back', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  for (const rpId of ['https://example.com', 'example.com/', 'Example.com', '192.0.2.7', '']) {
    const refused = sdk.environment.update({ settings: { passkeys: { rpId } } })
    await expect(refused, rpId).rejects.toMatchObject({ status: 400 })
  }
  for (const passkeys of [{ rpId: 'example.com', origins: ['https://app.example.com'] }, null]) {
    const { settings } = await sdk.environment.update({ settings: { passkeys } })
    expect(settings.passkeys).toEqual(passkeys)
    expect((await sdk.environment.get()).settings.passkeys).toEqual(passkeys)
    expect((await beginSignIn(environment.browser())).rpId).toBe(passkeys?.rpId ?? 'claviger.test')
  }
})

test('the sweep removes challenges that nobody answered in time, and no others', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await beginRegistration(ada)
  const count = async () =>
    (await server.owner.query('select from passkey_challenges where environment_id = $1', [environment.id]))
      .rows.length
  server.clock.advance({ seconds: 290 })
  await beginSignIn(environment.browser())
  server.clock.advance({ seconds: 20 })
  expect(await count()).toBe(2)
  await sweepChallenges(server.database.anywhere)
  expect(await count()).toBe(1)
})
