import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const signIn = (environment: TestEnvironment, email: string, password: string) =>
  environment.browser().post('/v1/auth/sign-in/email-password', { email, password })

test('users.resetPassword without mail sets a password that the policy allows, and tells it to nobody else', async () => {
  const passwordPolicy = { lengthMin: 32, uppercase: true, lowercase: true, digit: true, symbol: true }
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await environment.sdk.environment.update({ settings: { passwordPolicy } })
  const { temporaryPassword, ended, user } = await environment.sdk.users.resetPassword(ada.userId, {
    sendEmail: false,
  })
  expect([user.id, ended.sessions]).toEqual([ada.userId, 1])
  const password = temporaryPassword ?? ''
  expect(password).toHaveLength(32)
  // It satisfies the policy of the environment: an account can be made with it.
  await environment.sdk.users.create({ email: 'grace@example.com', password })

  expect((await ada.get('/v1/me')).status).toBe(401)
  expect((await signIn(environment, ada.email, goodPassword)).status).toBe(401)
  expect((await signIn(environment, ada.email, password)).status).toBe(200)
  const { items } = await environment.sdk.events.list()
  expect(items.map(({ type }) => type)).toContain('user.password_changed')
  expect(JSON.stringify(items) + server.log.join('')).not.toContain(password)
})

test('users.resetPassword by mail ends the sessions, and leaves the choice to the user', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const answer = await environment.sdk.users.resetPassword(ada.userId)
  expect(answer).toMatchObject({ temporaryPassword: null, ended: { sessions: 1 } })
  expect((await ada.get('/v1/me')).status).toBe(401)
  const [mail] = (await environment.operator.emails.list({ to: ada.email })).items
  expect(mail?.kind).toBe('password_reset')
  expect((await signIn(environment, ada.email, goodPassword)).status).toBe(200)
})

test('users.resetPassword refuses to mail somebody without an address, and ends nothing', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  await expect(sdk.users.resetPassword(id)).rejects.toMatchObject({ status: 409, code: 'user_has_no_email' })
  expect((await sdk.users.resetPassword(id, { sendEmail: false })).temporaryPassword).toHaveLength(20)
})
