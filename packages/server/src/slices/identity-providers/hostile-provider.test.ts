import { testServer } from '@claviger/server/testing'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterEach, expect, test } from 'vitest'
import {
  addProvider,
  application,
  authorizePath,
  bodyOf,
  callbackUrl,
  client,
  comeBack,
  type RunningProvider,
  serve,
  settings,
} from './provider.fixture.js'

const server = testServer()
const running: RunningProvider[] = []
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop()
})

/** A provider that puts into its ID tokens what the test wants, for whatever code it is given. */
async function evilProvider(claimsOf: (honest: JWTPayload) => JWTPayload, withForeignKey = false) {
  const environment = await server.environment({ settings })
  const [own, foreign] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  let nonce = ''
  const provider = await serve(async (request, response) => {
    const { issuer } = provider
    const iat = Math.floor(Date.now() / 1_000)
    const honest = { iss: issuer, aud: client.clientId, sub: 'ada', nonce, iat, exp: iat + 300 }
    const key = withForeignKey ? foreign.privateKey : own.privateKey
    const answers: Record<string, () => Promise<unknown>> = {
      '/.well-known/openid-configuration': async () => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      }),
      '/jwks': async () => ({ keys: [{ ...(await exportJWK(own.publicKey)), kid: '1', alg: 'RS256' }] }),
      '/token': async () => ({
        access_token: 'a',
        token_type: 'bearer',
        id_token: await new SignJWT(claimsOf(honest))
          .setProtectedHeader({ alg: 'RS256', kid: '1' })
          .sign(key),
      }),
    }
    const answer = await answers[request.url ?? '']?.()
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  running.push(provider)
  await addProvider(environment, provider.issuer)
  const browser = environment.browser()
  const begun = await browser.get(authorizePath(environment))
  const asked = new URL(begun.headers.get('location') ?? '').searchParams
  nonce = asked.get('nonce') ?? ''
  const url = new URL(callbackUrl(environment))
  url.search = new URLSearchParams({ code: 'any', state: asked.get('state') ?? '' }).toString()
  const answer = await comeBack(browser, url)
  return { answer, browser, users: (await environment.sdk.users.list()).total }
}

test('oauth.callback takes an ID token that is right in everything', async () => {
  const { answer, users } = await evilProvider((honest) => honest)
  expect([answer.status, answer.headers.get('location'), users]).toEqual([302, application, 1])
})

test.each<[string, (honest: JWTPayload) => JWTPayload]>([
  ['of another sign-in', (honest) => ({ ...honest, nonce: 'another' })],
  ['without the nonce', ({ nonce: _, ...rest }) => rest],
  ['of another issuer', (honest) => ({ ...honest, iss: 'https://accounts.google.com' })],
  ['for another client', (honest) => ({ ...honest, aud: 'another' })],
  ['that has expired', (honest) => ({ ...honest, exp: (honest.iat ?? 0) - 3_600 })],
  ['of nobody', ({ sub: _, ...rest }) => rest],
])('oauth.callback refuses an ID token %s', async (_what, claimsOf) => {
  const { answer, browser, users } = await evilProvider(claimsOf)
  expect([answer.status, answer.body.code, users]).toEqual([400, 'oauth_exchange_failed', 0])
  expect(browser.cookies.has('__session')).toBe(false)
})

test('oauth.callback refuses an ID token that another key has signed', async () => {
  const { answer, users } = await evilProvider((honest) => honest, true)
  expect([answer.body.code, users]).toEqual(['oauth_exchange_failed', 0])
})

test('oauth.callback signs in with GitHub by the number of the account and its verified primary address', async () => {
  const environment = await server.environment({ settings })
  const exchanges: URLSearchParams[] = []
  const emails = [
    { email: 'other@example.com', primary: false, verified: true },
    { email: 'ada@example.com', primary: true, verified: true },
  ]
  const gitHub = await serve(async (request, response) => {
    if (request.url === '/login/oauth/access_token') exchanges.push(await bodyOf(request))
    const answers: Record<string, unknown> = {
      '/login/oauth/access_token': { access_token: 'gho_1', token_type: 'bearer', scope: 'read:user' },
      '/api/v3/user': { id: 583231, login: 'ada', email: 'mallory@example.com' },
      '/api/v3/user/emails': emails,
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? '']))
  })
  running.push(gitHub)
  await addProvider(environment, gitHub.issuer, { type: 'github' })
  const browser = environment.browser()
  const location = new URL((await browser.get(authorizePath(environment))).headers.get('location') ?? '')
  expect(location.pathname).toBe('/login/oauth/authorize')
  expect(location.searchParams.get('scope')).toBe('read:user user:email')
  const url = new URL(callbackUrl(environment))
  url.search = new URLSearchParams({ code: 'c', state: location.searchParams.get('state') ?? '' }).toString()
  expect((await comeBack(browser, url)).status).toBe(302)
  expect(Object.fromEntries(exchanges[0] ?? [])).toMatchObject({
    code: 'c',
    client_secret: client.clientSecret,
  })
  expect(exchanges[0]?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  expect((await browser.get('/v1/me')).body.user.emails).toEqual([
    { email: 'ada@example.com', isPrimary: true, isVerified: true },
  ])
  const { identities } = (await browser.get('/v1/me/identities')).body
  expect(identities).toMatchObject([{ subject: '583231', provider: 'acme' }])
})
