import { type Answer, type Browser, goodPassword, type TestServer } from '@claviger/server/testing'
import { Secret, TOTP } from 'otpauth'

/** An authenticator app that shows codes by the clock of a test server. */
export interface Authenticator {
  /** The code of now, or of some steps away. */
  code(stepsAway?: number): string
  /** A code that is wrong now and around. */
  wrong(): string
}

export function authenticator({ clock }: TestServer, secret: string): Authenticator {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  const code = (stepsAway = 0) => totp.generate({ timestamp: clock.now() + stepsAway * 30_000 })
  return {
    code,
    wrong() {
      const right = [-2, -1, 0, 1, 2].map(code)
      return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
        (text) => !right.includes(text),
      ) as string
    },
  }
}

/**
 * Enrols and confirms an app in a signed-in browser; then the clock moves on to the beginning of the next step, so
 * that the next code is unused and no step ends while a test counts them.
 */
export async function enrolled(server: TestServer, browser: Browser) {
  const { secret } = (await browser.post('/v1/auth/me/totp/enroll')).body
  const app = authenticator(server, secret)
  const { status, body } = await browser.post('/v1/auth/me/totp/confirm', { code: app.code() })
  if (status !== 200) throw new Error(`The confirmation failed: ${JSON.stringify(body)}`)
  server.clock.advance({ seconds: 32 - Math.floor((server.clock.now() % 30_000) / 1_000) })
  return { app, recoveryCodes: body.recoveryCodes as string[] }
}

export function signIn(browser: Browser, email: string): Promise<Answer> {
  return browser.post('/v1/auth/sign-in/email-password', { email, password: goodPassword })
}

/** The pending token of a sign-in that needs a second factor. */
export async function pending(browser: Browser, email: string): Promise<string> {
  const { status, body } = await signIn(browser, email)
  if (body.code !== 'second_factor_required') throw new Error(`No second factor was asked for: ${status}`)
  return body.pendingToken
}
