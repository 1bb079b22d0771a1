import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { describe, expect, test } from 'vitest'
import { beginSignIn, completeSignIn, registered, type Spoiled } from './authenticator.fixture.js'

const server = testServer()

/** Someone with a passkey, and a browser in which nobody is signed in. */
async function person(options: { counts?: boolean } = {}) {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  return { environment, ada, browser: environment.browser(), ...(await registered(ada, options)) }
}

const activeSessions = async ({ sdk }: TestEnvironment, userId: string) =>
  (await sdk.sessions.list({ userId, status: 'active' })).total

test('authentication.completePasskeySignIn signs in with a passkey alone, and writes its use down', async () => {
  const { environment, ada, browser, authenticator, passkey } = await person()
  // A user without address and password.
  for (const table of ['user_passwords', 'user_emails']) {
    await server.owner.query(`delete from ${table} where environment_id = $1`, [environment.id])
  }
  const options = await beginSignIn(browser)
  expect(options).toEqual({
    challenge: expect.stringMatching(/^[\w-]{43}$/),
    rpId: 'claviger.test',
    timeout: 300_000,
    userVerification: 'required',
  })
  const { status, body } = await completeSignIn(browser, authenticator.get(options))
  expect(status).toBe(200)
  expect(body).toMatchObject({ userId: ada.userId, sessionToken: expect.any(String) })
  expect((await browser.get('/v1/me')).body.user.id).toBe(ada.userId)
  const { passkeys } = (await browser.get('/v1/me/passkeys')).body
  expect(passkeys).toMatchObject([{ id: passkey.id, lastUsedAt: expect.stringMatching(/Z$/) }])
  const { events } = await environment.sdk.events.list()
  expect(events[0]).toMatchObject({ type: 'session.created', data: { session: { userId: ada.userId } } })
})

test('authentication.completePasskeySignIn takes an authenticator that counts nothing, again and again', async () => {
  const { browser, authenticator } = await person({ counts: false })
  for (let n = 0; n < 3; n++) {
    expect((await completeSignIn(browser, authenticator.get(await beginSignIn(browser)))).status).toBe(200)
  }
})

describe('authentication.completePasskeySignIn refuses as invalid_passkey, and uses the challenge up', () => {
  test.each<[string, Spoiled]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['an answer of a registration', { type: 'webauthn.create' }],
    ['a page in a frame of another site', { crossOrigin: true }],
    ['a user who was not verified', { userVerified: false }],
    ['the handle of another user', { userHandle: 'A'.repeat(22) }],
    ['a signature of something else', { forged: true }],
    ['a forgery that counts less', { forged: true, signCount: 0 }],
  ])('%s', async (_, spoiled) => {
    const { environment, ada, browser, authenticator } = await person()
    const options = await beginSignIn(browser)
    const refused = await completeSignIn(browser, authenticator.get(options, spoiled))
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_passkey' } })
    expect(browser.cookies.size).toBe(0)
    if (!spoiled.challenge) {
      expect((await completeSignIn(browser, authenticator.get(options))).body.code).toBe('invalid_passkey')
    }
    expect(await activeSessions(environment, ada.userId)).toBe(1)
    const { events } = await environment.sdk.events.list()
    expect(events.map(({ type }) => type)).not.toContain('passkey.sign_count_fell')
  })

  test('an assertion that was used before', async () => {
    const { environment, ada, browser, authenticator } = await person({ counts: false })
    const assertion = authenticator.get(await beginSignIn(browser))
    expect((await completeSignIn(browser, assertion)).status).toBe(200)
    expect((await completeSignIn(environment.browser(), assertion)).body.code).toBe('invalid_passkey')
    expect(await activeSessions(environment, ada.userId)).toBe(2)
  })

  test('a challenge that is five minutes old', async () => {
    const { browser, authenticator } = await person()
    const options = await beginSignIn(browser)
    server.clock.advance({ seconds: 300 })
    expect((await completeSignIn(browser, authenticator.get(options))).body.code).toBe('invalid_passkey')
  })

  test('a passkey or a challenge of another environment', async () => {
    const { browser, authenticator } = await person()
    const elsewhere = (await server.environment()).browser()
    const foreignKey = authenticator.get(await beginSignIn(elsewhere))
    expect((await completeSignIn(elsewhere, foreignKey)).body.code).toBe('invalid_passkey')
    const foreignChallenge = authenticator.get(await beginSignIn(elsewhere))
    expect((await completeSignIn(browser, foreignChallenge)).body.code).toBe('invalid_passkey')
  })

  test('a challenge of a registration', async () => {
    const { ada, browser, authenticator } = await person()
    const { body } = await ada.post('/v1/auth/me/passkeys/register/begin')
    const assertion = authenticator.get({ challenge: body.options.challenge, rpId: 'claviger.test' })
    expect((await completeSignIn(browser, assertion)).body.code).toBe('invalid_passkey')
  })

  test('a passkey that was deleted, by its user or by a backend', async () => {
    const { environment, ada, browser, authenticator, passkey } = await person()
    const other = await registered(ada)
    await ada.delete(`/v1/me/passkeys/${passkey.id}`)
    await environment.sdk.users.deletePasskey(ada.userId, other.passkey.id)
    for (const gone of [authenticator, other.authenticator]) {
      const refused = await completeSignIn(browser, gone.get(await beginSignIn(browser)))
      expect(refused.body.code).toBe('invalid_passkey')
    }
  })

  test('a passkey of a user who was deleted', async () => {
    const { environment, ada, browser, authenticator } = await person()
    await environment.sdk.users.delete(ada.userId)
    const refused = await completeSignIn(browser, authenticator.get(await beginSignIn(browser)))
    expect(refused.body.code).toBe('invalid_passkey')
    const { rows } = await server.owner.query('select from passkeys where environment_id = $1', [
      environment.id,
    ])
    expect(rows).toEqual([])
  })
})

test('authentication.completePasskeySignIn refuses a count that fell or stayed, and records it', async () => {
  const { environment, ada, browser, authenticator, passkey } = await person()
  const sign = async (signCount: number) =>
    completeSignIn(browser, authenticator.get(await beginSignIn(browser), { signCount }))
  expect((await sign(7)).status).toBe(200)
  for (const presentedCount of [7, 6, 0]) {
    expect(await sign(presentedCount)).toMatchObject({ status: 400, body: { code: 'invalid_passkey' } })
    const { events } = await environment.sdk.events.list()
    expect(events[0]).toMatchObject({
      type: 'passkey.sign_count_fell',
      data: { passkey: { id: passkey.id }, storedCount: 7, presentedCount },
    })
  }
  expect((await sign(8)).status).toBe(200)
  expect(await activeSessions(environment, ada.userId)).toBe(2)
})

test('authentication.completePasskeySignIn refuses a banned user like a wrong password, until the ban ends', async () => {
  const { environment, ada, browser, authenticator } = await person()
  await environment.sdk.users.ban(ada.userId)
  const assertion = authenticator.get(await beginSignIn(browser))
  expect(await completeSignIn(browser, assertion)).toMatchObject({
    status: 401,
    body: { code: 'invalid_credentials' },
  })
  await environment.sdk.users.unban(ada.userId)
  expect((await completeSignIn(browser, assertion)).body.code).toBe('invalid_passkey')
  expect((await completeSignIn(browser, authenticator.get(await beginSignIn(browser)))).status).toBe(200)
})

test.each([true, false])(
  'authentication.completePasskeySignIn of one assertion 20 times at once begins one session (counting: %s)',
  async (counts) => {
    const { environment, ada, authenticator } = await person({ counts })
    const assertion = authenticator.get(await beginSignIn(environment.browser()))
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => completeSignIn(environment.browser(), assertion)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'invalid_passkey')).toHaveLength(19)
    expect(await activeSessions(environment, ada.userId)).toBe(2)
  },
)
