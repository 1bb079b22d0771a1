import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const password = 'Better-horse-battery-10'
const tokenIn = (text: string | null | undefined) => /#token=(\w+)/.exec(text ?? '')?.[1] ?? ''
const confirm = (environment: TestEnvironment, token: string) =>
  environment.browser().post('/v1/auth/password/reset/confirm', { token, newPassword: password })
const signIn = (environment: TestEnvironment, email: string) =>
  environment.browser().post('/v1/auth/sign-in/email-password', { email, password })

test('users.invite mails a link that sets a password once, within seven days, and verifies the address', async () => {
  const environment = await server.environment()
  const { sdk, operator } = environment
  const email = 'grace@example.com'
  const { user, invitationLink } = await sdk.users.invite({ email, role: 'editor' })
  expect(invitationLink).toBeNull()
  expect(user).toMatchObject({ role: 'editor', emails: [{ email, isVerified: false }] })
  expect((await signIn(environment, email)).status).toBe(401)

  const [mail] = (await operator.emails.list({ to: email })).items
  expect(mail?.kind).toBe('user_invitation')
  const token = tokenIn((await operator.emails.get(mail?.id ?? '')).text)
  server.clock.advance({ days: 6 })
  expect((await confirm(environment, token)).status).toBe(200)
  expect((await signIn(environment, email)).body).toMatchObject({ userId: user.id })
  expect((await sdk.users.get(user.id)).emails).toMatchObject([{ email, isVerified: true }])
  expect(await confirm(environment, token)).toMatchObject({
    status: 401,
    body: { code: 'verification_invalid' },
  })
})

test('users.invite answers the link to the page that the environment has set, and sends nothing', async () => {
  const page = 'https://app.example.com/welcome'
  const environment = await server.environment({ settings: { links: { passwordReset: page } } })
  const { sdk, operator } = environment
  const [ada, grace] = await Promise.all(
    ['ada@example.com', 'grace@example.com'].map((email) => sdk.users.invite({ email, sendEmail: false })),
  )
  expect((await operator.emails.list()).total).toBe(0)
  expect(ada?.user.role).toBe('user')
  expect(ada?.invitationLink).toMatch(/^https:\/\/app\.example\.com\/welcome#token=ver_\w+$/)
  const token = tokenIn(ada?.invitationLink)
  expect((await confirm(await server.environment(), token)).status).toBe(401)
  expect((await confirm(environment, token)).status).toBe(200)
  server.clock.advance({ days: 8 })
  expect((await confirm(environment, tokenIn(grace?.invitationLink))).status).toBe(401)
  const { rows } = await server.owner.query(
    'select count(*)::int as n from verifications where environment_id = $1 and token_hash is null',
    [environment.id],
  )
  expect(rows).toEqual([{ n: 0 }])
  expect(server.log.join('')).not.toContain(token)
})

test('users.invite refuses an address that somebody has, and makes nobody', async () => {
  const { sdk } = await server.environment()
  await sdk.users.create({ email: 'ada@example.com' })
  await expect(sdk.users.invite({ email: 'ADA@example.com' })).rejects.toMatchObject({
    status: 409,
    code: 'email_taken',
  })
  expect((await sdk.users.list()).total).toBe(1)
})
