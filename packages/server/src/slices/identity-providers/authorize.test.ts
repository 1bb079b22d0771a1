import { testServer } from '@claviger/server/testing'
import { afterEach, expect, test } from 'vitest'
import { addProvider, authorizePath, type RunningProvider, serve, settings } from './provider.fixture.js'

const server = testServer()
const running: RunningProvider[] = []
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop()
})

/** A provider that says of itself what the test wants it to say. */
async function saying(metadata: (issuer: string) => object) {
  const provider = await serve((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata(provider.issuer)))
  })
  running.push(provider)
  return provider
}

const complete = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
})

test('oauth.authorize sends the browser to the provider with PKCE, state and nonce, and keeps them sealed', async () => {
  const environment = await server.environment({ settings })
  const { issuer } = await saying(complete)
  const added = await addProvider(environment, issuer)
  expect(JSON.stringify(added)).not.toContain('secret')
  const browser = environment.browser()
  const answer = await browser.get(authorizePath(environment))
  expect(answer.status).toBe(302)
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  const url = new URL(answer.headers.get('location') ?? '')
  expect(url.origin + url.pathname).toBe(`${issuer}/authorize`)
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'claviger',
    response_type: 'code',
    redirect_uri: added.callbackUrl,
    scope: 'openid email profile',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__oauth=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax/,
  )
  const kept = Buffer.from(browser.cookies.get('__oauth') ?? '', 'base64url').toString('latin1')
  expect(kept).not.toContain(url.searchParams.get('state'))
  expect(server.log.join('\n')).not.toContain(url.searchParams.get('state'))
})

test('oauth.authorize goes back to allowed origins and to its own, and to no other place', async () => {
  const environment = await server.environment({ settings })
  await addProvider(environment, (await saying(complete)).issuer)
  const ask = (redirectUri: string) => environment.browser().get(authorizePath(environment, redirectUri))
  for (const good of ['https://app.example.com', 'https://APP.example.com/a?b#c', 'http://claviger.test/x']) {
    expect((await ask(good)).status, good).toBe(302)
  }
  for (const evil of [
    'https://evil.example',
    'https://app.example.com.evil.example',
    'https://app.example.com@evil.example',
    'https://user@app.example.com',
    'https://app.example.com:8443',
    'http://app.example.com',
    '//app.example.com',
    '/welcome',
    '\\\\evil.example',
    'https:\\\\evil.example',
    'javascript:alert(1)//https://app.example.com',
    'data:text/html,x',
    'blob:https://app.example.com/x',
    '',
    ' ',
  ]) {
    const { status, body } = await ask(evil)
    expect([status, body?.code], evil).toEqual([400, 'oauth_redirect_not_allowed'])
  }
  const without = await environment.browser().get(authorizePath(environment).split('?')[0] ?? '')
  expect(without.body.code).toBe('missing_oauth_params')
})

test('oauth.authorize asks nothing of a provider on our own network, and says why', async () => {
  const environment = await server.environment({ settings })
  for (const [i, issuer] of ['http://10.0.0.1', 'http://169.254.169.254', 'http://[::1]:8080'].entries()) {
    const added = await addProvider(environment, issuer, { key: `inside-${i}` })
    const path = authorizePath(environment).replace('acme', added.key)
    const { status, body } = await environment.browser().get(path)
    expect([status, body.code]).toEqual([502, 'oauth_provider_unreachable'])
    expect(body.detail).toContain('is not on the internet')
  }
})

test('oauth.authorize believes no provider that calls itself another, redirects, or answers too much', async () => {
  const environment = await server.environment({ settings })
  const other = await saying(() => complete('https://good.example'))
  const redirecting = await serve((_request, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  })
  const huge = await serve((_request, response) => response.end(Buffer.alloc(2 * 1024 * 1024, ' ')))
  running.push(redirecting, huge)
  const answers = []
  for (const [i, { issuer }] of [other, redirecting, huge].entries()) {
    await addProvider(environment, issuer, { key: `evil-${i}` })
    const path = authorizePath(environment).replace('acme', `evil-${i}`)
    answers.push((await environment.browser().get(path)).body.code)
  }
  expect(answers).toEqual([
    'oauth_exchange_failed',
    'oauth_provider_unreachable',
    'oauth_provider_unreachable',
  ])
})
