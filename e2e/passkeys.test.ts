import { KolayLoginBackendClient } from '@kolaylogin/backend'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.js'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
// Passkeys belong to a domain, and `localhost` is one that browsers trust without https.
const url = installation.url.replace('127.0.0.1', 'localhost')
let browser: Browser

beforeAll(async () => {
  await installation.start({ CLAVIGER_PUBLIC_URL: url })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await installation.remove()
})

test('a person registers a passkey on a page of the server, and signs in with it alone', async () => {
  const page = await browser.newPage()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(url)

  const { userId, passkey } = await page.evaluate(async () => {
    const post = async (path: string, body: object = {}) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!response.ok) throw new Error(await response.text())
      return response.json()
    }
    const { userId } = await post('/v1/auth/sign-up/email-password', {
      email: 'passkey@example.com',
      password: 'Correct-horse-battery-9',
    })
    const { options } = await post('/v1/auth/me/passkeys/register/begin')
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
    const { passkey } = await post('/v1/auth/me/passkeys/register/complete', {
      credential: credential.toJSON(),
      name: 'Virtual',
    })
    await post('/v1/auth/sign-out')
    return { userId, passkey }
  })
  expect(passkey).toMatchObject({ userId, name: 'Virtual', transports: ['internal'] })

  const { status, signedIn, me } = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json' }
    const before = await fetch('/v1/me')
    const begun = await fetch('/v1/auth/passkeys/authenticate/begin', { method: 'POST' })
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON((await begun.json()).options)
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
    const completed = await fetch('/v1/auth/passkeys/authenticate/complete', {
      method: 'POST',
      headers,
      body: JSON.stringify({ credential: credential.toJSON() }),
    })
    const signedIn = await completed.json()
    return { status: [before.status, completed.status], signedIn, me: await (await fetch('/v1/me')).json() }
  })
  expect([status, signedIn.userId, me.user?.id]).toEqual([[401, 200], userId, userId])

  const backend = new KolayLoginBackendClient({ baseUrl: installation.url, issuer: url })
  const claims = await backend.verifySessionJwt(signedIn.sessionToken)
  expect(claims).toMatchObject({ sub: userId, sid: signedIn.sessionId })
  await page.close()
})
