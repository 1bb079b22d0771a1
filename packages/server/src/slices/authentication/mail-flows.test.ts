import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { beginSignIn, completeSignIn, registered } from '../passkeys/authenticator.fixture.js'
import { enrolled } from '../second-factors/authenticator.fixture.js'

const server = testServer()
const auth = '/v1/auth'
const newPassword = 'Better-horse-battery-10'
const signInWith = (environment: TestEnvironment, email: string, password: string) =>
  environment.browser().post(`${auth}/sign-in/email-password`, { email, password })

/** The mails of one kind to an address, newest first, as the operator reads them. */
async function mails({ operator }: TestEnvironment, to: string, kind: string) {
  const { items } = await operator.emails.list({ to })
  return Promise.all(items.filter((mail) => mail.kind === kind).map(({ id }) => operator.emails.get(id)))
}

const linkIn = (text: string | null | undefined) => /https?:\/\/\S+/.exec(text ?? '')?.[0] ?? ''
const tokenIn = (text: string | null | undefined) => /#token=(\w+)/.exec(text ?? '')?.[1] ?? ''

/** Asks for a mail and answers what is in its link or its code. */
async function ask(environment: TestEnvironment, path: string, email: string, headers = {}) {
  const { status, body } = await environment.browser().post(auth + path, { email }, headers)
  expect([status, body]).toEqual([200, { ok: true }])
}
async function resetToken(environment: TestEnvironment, email: string) {
  await ask(environment, '/password/reset/request', email)
  return tokenIn((await mails(environment, email, 'password_reset'))[0]?.text)
}
async function magicToken(environment: TestEnvironment, email: string) {
  await ask(environment, '/sign-in/magic-link', email)
  return tokenIn((await mails(environment, email, 'magic_link'))[0]?.text)
}
async function emailCode(environment: TestEnvironment, email: string) {
  await ask(environment, '/sign-in/email-otp', email)
  return /^\d{6}$/m.exec((await mails(environment, email, 'email_code'))[0]?.text ?? '')?.[0] ?? ''
}
const confirm = (environment: TestEnvironment, token: string, password = newPassword) =>
  environment.browser().post(`${auth}/password/reset/confirm`, { token, newPassword: password })
const verify = (environment: TestEnvironment, token: string) =>
  environment.browser().post(`${auth}/magic-link/verify`, { token })
const guess = (environment: TestEnvironment, email: string, code: string) =>
  environment.browser().post(`${auth}/email-otp/verify`, { email, code })
const invalid = { status: 401, body: { code: 'verification_invalid' } }

test('authentication.confirmPasswordReset sets the password, ends sessions, verifies the address, once', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = await resetToken(environment, ada.email)

  // A password that is refused uses nothing up.
  expect((await confirm(environment, token, 'weak')).body.code).toBe('password_too_short')
  expect(await confirm(environment, token)).toMatchObject({ status: 200, body: { ok: true } })

  expect((await ada.get('/v1/me')).status).toBe(401)
  expect((await signInWith(environment, ada.email, goodPassword)).status).toBe(401)
  expect((await signInWith(environment, ada.email, newPassword)).status).toBe(200)
  expect((await environment.sdk.users.get(ada.userId)).emails[0]?.isVerified).toBe(true)
  expect(await confirm(environment, token, goodPassword)).toMatchObject(invalid)
  const types = (await environment.sdk.events.list()).items.map(({ type }) => type)
  for (const type of ['user.password_changed', 'user.email_verified', 'session.revoked'])
    expect(types).toContain(type)
})

test('authentication.confirmPasswordReset takes only the newest link, and none after a change of password', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const older = await resetToken(environment, ada.email)
  const newer = await resetToken(environment, ada.email.toUpperCase())
  const magic = await magicToken(environment, ada.email)
  expect(await confirm(environment, older)).toMatchObject(invalid)
  const change = { currentPassword: goodPassword, newPassword }
  expect((await ada.post(`${auth}/me/password`, change)).status).toBe(200)
  expect(await confirm(environment, newer, 'Other-horse-battery-11')).toMatchObject(invalid)
  expect(await verify(environment, magic)).toMatchObject(invalid)
})

test('authentication.confirmPasswordReset refuses tokens that are late, forged, of another kind or environment', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const magic = await magicToken(environment, ada.email)
  expect(await confirm(environment, magic)).toMatchObject(invalid)
  const token = await resetToken(environment, ada.email)
  expect(await confirm(await server.environment(), token)).toMatchObject(invalid)
  expect(await confirm(environment, `${token.slice(0, -1)}_`)).toMatchObject(invalid)
  server.clock.advance({ minutes: 31 })
  expect(await confirm(environment, token)).toMatchObject(invalid)
})

test('links and codes to an address that the user has no longer let nobody in', async () => {
  const environment = await server.environment()
  const user = (email: string) => environment.sdk.imports.users({ users: [{ externalId: 'crm-1', email }] })
  await user('old@example.com')
  const reset = await resetToken(environment, 'old@example.com')
  const magic = await magicToken(environment, 'old@example.com')
  const code = await emailCode(environment, 'old@example.com')
  await user('new@example.com')
  const [{ emails, id } = { emails: [], id: '' }] = (await environment.sdk.users.list()).items
  expect(emails.map(({ email }) => email)).toEqual(['new@example.com'])
  expect(await confirm(environment, reset)).toMatchObject(invalid)
  expect(await verify(environment, magic)).toMatchObject(invalid)
  expect(await guess(environment, 'old@example.com', code)).toMatchObject(invalid)
  expect((await environment.sdk.sessions.list({ userId: id })).total).toBe(0)
})

test('authentication.changePassword wants the password, and ends every session but this one', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const elsewhere = environment.browser()
  await elsewhere.post(`${auth}/sign-in/email-password`, { email: ada.email, password: goodPassword })
  const change = (currentPassword: string) =>
    ada.post(`${auth}/me/password`, { currentPassword, newPassword })
  expect(await change('Wrong-horse-battery-1')).toMatchObject({ status: 401 })
  expect((await change(goodPassword)).status).toBe(200)
  expect((await ada.get('/v1/me')).status).toBe(200)
  expect((await elsewhere.get('/v1/me')).status).toBe(401)
  expect((await signInWith(environment, ada.email, newPassword)).status).toBe(200)
})

test('authentication.verifyMagicLink signs in once of 100 tries at once, and verifies the address', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = await magicToken(environment, ada.email)
  const answers = await Promise.all(Array.from({ length: 100 }, () => verify(environment, token)))
  const done = answers.filter(({ status }) => status === 200)
  expect(done).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'verification_invalid')).toHaveLength(99)
  expect(done[0]?.headers.getSetCookie().join()).toMatch(/__client=.*__session=/)
  expect(done[0]?.body.userId).toBe(ada.userId)
  expect((await environment.sdk.users.get(ada.userId)).emails[0]?.isVerified).toBe(true)
})

test.each(['magic link', 'code'])(
  'signing in by %s to an unverified address shuts out who signed up with it',
  async (way) => {
    const environment = await server.environment()
    const squatter = await environment.signedUp()
    const { email } = squatter
    const owner =
      way === 'code'
        ? await guess(environment, email, await emailCode(environment, email))
        : await verify(environment, await magicToken(environment, email))
    expect(owner.status).toBe(200)
    expect((await squatter.get('/v1/me')).status).toBe(401)
    expect((await squatter.post(`${auth}/sessions/refresh`)).status).toBe(401)
    expect((await signInWith(environment, email, goodPassword)).status).toBe(401)

    // From here on the address is the owner's, who loses nothing by coming in this way again.
    expect((await confirm(environment, await resetToken(environment, email))).status).toBe(200)
    const here = await signInWith(environment, email, newPassword)
    expect((await verify(environment, await magicToken(environment, email))).status).toBe(200)
    expect((await signInWith(environment, email, newPassword)).status).toBe(200)
    expect((await environment.sdk.sessions.get(here.body.sessionId)).status).toBe('active')
  },
)

/** Everything that somebody can set up in an account that is not theirs yet. */
async function settledIn(environment: TestEnvironment) {
  const squatter = await environment.signedUp()
  const { authenticator } = await registered(squatter)
  const identityProvider = await environment.sdk.identityProviders.create({
    key: 'acme',
    type: 'oidc',
    name: 'Acme',
    issuer: 'http://127.0.0.1:1',
    clientId: 'own',
    clientSecret: 'own',
  })
  await server.owner.query(
    'insert into user_identities (environment_id, id, provider_id, subject, user_id) values ($1, $2, $3, $4, $5)',
    [environment.id, crypto.randomUUID(), identityProvider.id, 'squatter', squatter.userId],
  )
  await enrolled(server, squatter)
  return { squatter, authenticator, email: squatter.email }
}

test.each(['magic link', 'code', 'new password'])(
  'a %s at an unverified address leaves nobody else a passkey, an identity, a second factor or a known device',
  async (way) => {
    const environment = await server.environment()
    const { squatter, authenticator, email } = await settledIn(environment)
    const owner =
      way === 'code'
        ? await guess(environment, email, await emailCode(environment, email))
        : way === 'magic link'
          ? await verify(environment, await magicToken(environment, email))
          : await confirm(environment, await resetToken(environment, email))
    expect(owner.status).toBe(200)

    const browser = environment.browser()
    const intruder = await completeSignIn(browser, authenticator.get(await beginSignIn(browser)))
    expect(intruder.body.code).toBe('invalid_passkey')
    const { rows } = await server.owner.query('select from user_identities where user_id = $1', [
      squatter.userId,
    ])
    expect(rows).toEqual([])
    const devices = await server.owner.query('select from devices where user_id = $1', [squatter.userId])
    // The owner's own, on which the owner has just been.
    expect(devices.rowCount).toBe(1)
    const types = (await environment.sdk.events.list()).items.map(({ type }) => type)
    for (const type of ['passkey.deleted', 'identity.unlinked', 'second_factor.disabled', 'device.deleted'])
      expect(types.filter((each) => each === type)).toHaveLength(1)
    // Nor does it keep the owner out: no second factor is asked for that only the squatter has.
    expect((await verify(environment, await magicToken(environment, email))).status).toBe(200)
  },
)

test('a magic link at a verified address leaves its user every way in', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await verify(environment, await magicToken(environment, ada.email))
  const owner = environment.browser()
  await owner.post(`${auth}/magic-link/verify`, { token: await magicToken(environment, ada.email) })
  const { authenticator } = await registered(owner)
  expect((await verify(environment, await magicToken(environment, ada.email))).status).toBe(200)
  expect((await confirm(environment, await resetToken(environment, ada.email))).status).toBe(200)
  const browser = environment.browser()
  expect((await completeSignIn(browser, authenticator.get(await beginSignIn(browser)))).status).toBe(200)
})

test('authentication.verifyMagicLink lets nobody in who was banned after the mail', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = await magicToken(environment, ada.email)
  await environment.sdk.users.ban(ada.userId)
  expect(await verify(environment, token)).toMatchObject(invalid)
  await ask(environment, '/sign-in/magic-link', ada.email)
  expect(await mails(environment, ada.email, 'magic_link')).toHaveLength(1)
})

test('authentication.verifyEmailCode signs in by the newest code, once', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const code = await emailCode(environment, ada.email)
  expect(code).toMatch(/^\d{6}$/)
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => guess(environment, ada.email.toUpperCase(), code)),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'verification_invalid')).toHaveLength(7)
})

test('authentication.verifyEmailCode takes ten guesses an address, however many codes are asked for', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [welcome] = await mails(environment, ada.email, 'email_verification')
  // At an unverified address the first to come would take the account over, and its known devices with it.
  await ada.post(`${auth}/email/verification/confirm`, { token: tokenIn(welcome?.text) })
  const wrong = (code: string) => (code === '000000' ? '000001' : '000000')
  const spend = async (email: string) => {
    for (let i = 0; i < 10; i++) {
      const code = i % 5 === 0 && email === ada.email ? await emailCode(environment, email) : '000000'
      expect(await guess(environment, email, wrong(code))).toMatchObject(invalid)
    }
    const answer = await guess(environment, email, '000000')
    return [answer.status, answer.body.code]
  }
  // Whoever has no account is told the same.
  for (const email of [ada.email, 'nobody@example.com'])
    expect(await spend(email)).toEqual([429, 'verification_rate_limited'])
  const right = await emailCode(environment, ada.email)
  expect((await guess(environment, ada.email, right)).status).toBe(429)
  // Where the owner has signed in before, no stranger has used anything up; there are ten guesses there, too.
  const atHome = (code: string) => ada.post(`${auth}/email-otp/verify`, { email: ada.email, code })
  expect((await atHome(right)).status).toBe(200)
  for (let i = 0; i < 9; i++) expect(await atHome('000000')).toMatchObject(invalid)
  expect((await atHome('000000')).status).toBe(429)
  server.clock.advance({ minutes: 15 })
  expect((await guess(environment, ada.email, await emailCode(environment, ada.email))).status).toBe(200)
})

test('authentication.confirmEmailVerification verifies by the mail of the sign-up, or by one asked for', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [welcome] = await mails(environment, ada.email, 'email_verification')
  await ada.post(`${auth}/email/verification/request`)
  const [again, ...others] = await mails(environment, ada.email, 'email_verification')
  expect(others).toHaveLength(1)
  const send = (text: string | null | undefined) =>
    environment.browser().post(`${auth}/email/verification/confirm`, { token: tokenIn(text) })
  expect(await send(welcome?.text)).toMatchObject(invalid)
  expect((await send(again?.text)).status).toBe(200)
  expect((await environment.sdk.users.get(ada.userId)).emails[0]?.isVerified).toBe(true)
  await ada.post(`${auth}/email/verification/request`)
  expect(await mails(environment, ada.email, 'email_verification')).toHaveLength(2)
})

test.each(['/password/reset/request', '/sign-in/magic-link', '/sign-in/email-otp'])(
  'POST /v1/auth%s answers the same whether or not the address is known',
  async (path) => {
    const environment = await server.environment()
    const ada = await environment.signedUp()
    const answers = []
    for (const email of [ada.email, 'nobody@example.com']) {
      const { status, headers, body } = await environment.browser().post(auth + path, { email })
      const told = Object.fromEntries(headers)
      for (const name of ['date', 'x-request-id', 'ratelimit']) delete told[name]
      answers.push({ status, told, body })
    }
    expect(answers[0]).toEqual(answers[1])
    expect((await environment.operator.emails.list({ to: 'nobody@example.com' })).total).toBe(0)
    expect((await environment.operator.emails.list({ to: ada.email })).total).toBe(2)
  },
)

test('links in mails lead where the settings say, whatever a request claims to be', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const forged = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example;proto=https',
    origin: 'http://localhost:3000',
    referer: 'https://evil.example/',
  }
  const linkOf = async () => {
    await ask(environment, '/sign-in/magic-link', ada.email, forged)
    return linkIn((await mails(environment, ada.email, 'magic_link'))[0]?.text)
  }
  const pattern = /^http:\/\/claviger\.test\/auth\/magic-link#token=ver_\w+&environment=p-[\w-]+\/test$/
  expect(await linkOf()).toMatch(pattern)
  await environment.sdk.environment.update({
    settings: { links: { magicLink: 'https://app.example.com/in' } },
  })
  expect(await linkOf()).toMatch(/^https:\/\/app\.example\.com\/in#token=ver_\w+$/)
  for (const magicLink of [
    'javascript:alert(1)',
    'http://evil.example',
    'https://a@evil.example',
    '//x.example',
  ]) {
    const settings = { links: { magicLink } }
    await expect(environment.sdk.environment.update({ settings })).rejects.toMatchObject({ status: 400 })
  }
})

test('what follows the link of a mail by GET or HEAD uses nothing up', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = await magicToken(environment, ada.email)
  for (const method of ['GET', 'HEAD']) {
    await fetch(`${server.url}/auth/magic-link#token=${token}`, { method })
    expect((await fetch(`${server.url}${auth}/magic-link/verify?token=${token}`, { method })).ok).toBe(false)
  }
  for (const page of ['magic-link', 'password-reset', 'email-verification'])
    expect((await fetch(`${server.url}/auth/${page}`)).status).toBe(200)
  expect((await verify(environment, token)).status).toBe(200)
})
