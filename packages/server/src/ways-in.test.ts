import { routes } from '@claviger/contract'
import {
  type Answer,
  type Browser,
  goodPassword,
  type TestEnvironment,
  testServer,
} from '@claviger/server/testing'
import { KolayLoginBackendClient } from '@kolaylogin/backend'
import { expect, onTestFinished, test } from 'vitest'
import {
  addProvider,
  authorizePath,
  callbackUrl,
  comeBack,
  openIdProvider,
  type RunningProvider,
  serve,
  settings,
  throughProvider,
} from './slices/identity-providers/provider.fixture.js'
import { beginSignIn, completeSignIn, registered } from './slices/passkeys/authenticator.fixture.js'
import { authenticator, enrolled, pending, signIn } from './slices/second-factors/authenticator.fixture.js'

/**
 * Every way into a session, and what a service makes of it that verifies sessions with the client that KolayLogin
 * publishes. Whoever adds a way adds a row; one that is forgotten fails the last test.
 */

const server = testServer()
const auth = '/v1/auth'
const email = 'ada@example.com'

/** What the newest mail to the person says. */
async function newestMail({ operator }: TestEnvironment): Promise<string> {
  const [newest] = (await operator.emails.list({ to: email })).items
  return (await operator.emails.get(newest?.id ?? '')).text ?? ''
}

/** Asks for a mail, and answers what in it proves that it was read. */
async function mailed(environment: TestEnvironment, path: string, proof: RegExp): Promise<string> {
  await environment.browser().post(`${auth}/${path}`, { email })
  return proof.exec(await newestMail(environment))?.[1] ?? ''
}
const tokenInLink = /#token=(\w+)/
const codeInLine = /^(\d{6})$/m

function untilTheEndOfTheTest(provider: RunningProvider): RunningProvider {
  onTestFinished(() => provider.stop())
  return provider
}

/** A browser with the environment around it, in which nobody is signed in yet. */
interface Newcomer {
  readonly environment: TestEnvironment
  readonly browser: Browser
}

interface Way {
  readonly what: string
  /** The operation that answers the session. */
  readonly operation: string
  /** Leaves the browser signed in, as the only user of the environment. */
  go(newcomer: Newcomer): Promise<Answer>
}

const ways: Way[] = [
  {
    what: 'a sign-up with a password',
    operation: 'authentication.signUp',
    go: ({ browser }) => browser.post(`${auth}/sign-up/email-password`, { email, password: goodPassword }),
  },
  {
    what: 'a password',
    operation: 'authentication.signIn',
    async go({ environment, browser }) {
      await environment.signedUp(email)
      return signIn(browser, email)
    },
  },
  {
    what: 'a password after it was reset',
    operation: 'authentication.signIn',
    async go({ environment, browser }) {
      await environment.signedUp(email)
      const token = await mailed(environment, 'password/reset/request', tokenInLink)
      const password = 'Better-horse-battery-10'
      await browser.post(`${auth}/password/reset/confirm`, { token, newPassword: password })
      return browser.post(`${auth}/sign-in/email-password`, { email, password })
    },
  },
  {
    what: 'a link by mail',
    operation: 'authentication.verifyMagicLink',
    async go({ environment, browser }) {
      await environment.signedUp(email)
      const token = await mailed(environment, 'sign-in/magic-link', tokenInLink)
      return browser.post(`${auth}/magic-link/verify`, { token })
    },
  },
  {
    what: 'a code by mail',
    operation: 'authentication.verifyEmailCode',
    async go({ environment, browser }) {
      await environment.signedUp(email)
      const code = await mailed(environment, 'sign-in/email-otp', codeInLine)
      return browser.post(`${auth}/email-otp/verify`, { email, code })
    },
  },
  {
    what: 'a code by SMS',
    operation: 'authentication.verifySmsCode',
    async go({ environment, browser }) {
      const phoneNumber = '+4915112345678'
      await environment.sdk.users.create({ phoneNumber })
      await browser.post(`${auth}/sign-in/sms-otp`, { phoneNumber })
      const [newest] = (await environment.operator.textMessages.list({ to: phoneNumber })).items
      const { body } = await environment.operator.textMessages.get(newest?.id ?? '')
      const code = /^\d{6}/.exec(body ?? '')?.[0]
      return browser.post(`${auth}/sms/verify`, { phoneNumber, code })
    },
  },
  {
    what: 'a passkey',
    operation: 'authentication.completePasskeySignIn',
    async go({ environment, browser }) {
      const passkey = await registered(await environment.signedUp(email))
      return completeSignIn(browser, passkey.authenticator.get(await beginSignIn(browser)))
    },
  },
  {
    what: 'a password and an authenticator app',
    operation: 'secondFactors.signInWithTotp',
    async go({ environment, browser }) {
      const { app } = await enrolled(server, await environment.signedUp(email))
      const pendingToken = await pending(browser, email)
      return browser.post(`${auth}/sign-in/totp`, { pendingToken, code: app.code() })
    },
  },
  {
    what: 'a password and a recovery code',
    operation: 'secondFactors.signInWithRecoveryCode',
    async go({ environment, browser }) {
      const { recoveryCodes } = await enrolled(server, await environment.signedUp(email))
      const pendingToken = await pending(browser, email)
      return browser.post(`${auth}/sign-in/recovery-code`, { pendingToken, code: recoveryCodes[0] })
    },
  },
  {
    what: 'a password and an authenticator app that had to be enrolled on the way',
    operation: 'secondFactors.confirmTotpToSignIn',
    async go({ environment, browser }) {
      await environment.signedUp(email)
      await environment.sdk.environment.update({ settings: { secondFactor: 'required' } })
      const pendingToken = await pending(browser, email)
      const { body } = await browser.post(`${auth}/sign-in/totp/enroll`, { pendingToken })
      const { code } = authenticator(server, body.secret)
      return browser.post(`${auth}/sign-in/totp/confirm`, { pendingToken, code: code() })
    },
  },
  {
    what: 'an account at an OpenID provider',
    operation: 'oauth.callbackIn',
    async go({ environment, browser }) {
      const account = { sub: 'ada', email, email_verified: true }
      const { issuer } = untilTheEndOfTheTest(await openIdProvider([callbackUrl(environment)], () => account))
      await addProvider(environment, issuer)
      return comeBack(browser, await throughProvider(environment, browser))
    },
  },
  {
    what: 'an account at GitHub',
    operation: 'oauth.callbackIn',
    async go({ environment, browser }) {
      const answers: Record<string, unknown> = {
        '/login/oauth/access_token': { access_token: 'gho_1', token_type: 'bearer', scope: 'read:user' },
        '/api/v3/user': { id: 583_231, login: 'ada' },
        '/api/v3/user/emails': [{ email, primary: true, verified: true }],
      }
      const { issuer } = untilTheEndOfTheTest(
        await serve((request, response) => {
          response
            .setHeader('content-type', 'application/json')
            .end(JSON.stringify(answers[request.url ?? '']))
        }),
      )
      await addProvider(environment, issuer, { type: 'github' })
      const begun = await browser.get(authorizePath(environment))
      const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? ''
      const back = new URL(callbackUrl(environment))
      back.search = new URLSearchParams({ code: 'c', state }).toString()
      return comeBack(browser, back)
    },
  },
  {
    what: 'a refresh',
    operation: 'authentication.refresh',
    async go({ environment, browser }) {
      const { cookies } = await environment.signedUp(email)
      browser.cookies.set('__client', cookies.get('__client') ?? '')
      return browser.post(`${auth}/sessions/refresh`)
    },
  },
]

test.each(ways.map((way) => [way.what, way] as const))(
  'the unmodified @kolaylogin/backend verifies the session of %s',
  async (_what, way) => {
    const environment = await server.environment({ settings })
    const browser = environment.browser()

    const { status, body } = await way.go({ environment, browser })

    expect([200, 201, 302], JSON.stringify(body)).toContain(status)
    const { users } = await environment.sdk.users.list()
    expect(users).toHaveLength(1)
    const [userId] = users.map(({ id }) => id)
    const [session] = (await environment.sdk.sessions.list({ userId })).sessions
    const baseUrl = `${server.url}/environments/${environment.name}`
    const backend = new KolayLoginBackendClient({ baseUrl, issuer: 'http://claviger.test' })
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const claims = await backend.getSessionFromRequest({ headers: { cookie } })
    expect(claims).toMatchObject({ sub: userId, sid: session?.id, env: environment.id })
    expect(await backend.auth({ headers: { cookie } })).toMatchObject({ isSignedIn: true, userId })
    // What the browser is told beside the cookie is the same session, where it is told anything.
    if (body) expect(await backend.verifySessionJwt(body.sessionToken)).toEqual(claims)

    const elsewhere = new KolayLoginBackendClient({
      baseUrl: `${server.url}/environments/${(await server.environment()).name}`,
    })
    await expect(elsewhere.getSessionFromRequest({ headers: { cookie } })).rejects.toThrow()
  },
)

test('every operation that begins a session is one of these ways', () => {
  // Sessions of administrators are for this server alone: no service verifies them.
  const beginning = routes.filter(
    ({ access, emits }) =>
      access.scope !== 'administration' && emits.some(({ type }) => type === 'session.created'),
  )
  const tried = new Set(ways.map(({ operation }) => operation))
  // The same handler as `oauth.callbackIn`, for the default environment.
  const missing = beginning
    .map(({ id }) => id as string)
    .filter((id) => id !== 'oauth.callback' && !tried.has(id))
  expect(missing).toEqual([])
})
