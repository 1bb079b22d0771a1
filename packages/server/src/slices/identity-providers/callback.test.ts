import { testServer } from '@claviger/server/testing'
import { afterEach, expect, test } from 'vitest'
import {
  type Account,
  addProvider,
  application,
  authorizePath,
  callbackUrl,
  comeBack,
  openIdProvider,
  type RunningProvider,
  settings,
  throughProvider,
} from './provider.fixture.js'

const server = testServer()
const running: RunningProvider[] = []
let account: Account

afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop()
})

/** An environment with a real OpenID provider beside it. */
async function withProvider(more: { allowSignUp?: boolean } = {}) {
  const environment = await server.environment({ settings })
  const provider = await openIdProvider([callbackUrl(environment)], () => account)
  running.push(provider)
  const identityProvider = await addProvider(environment, provider.issuer, more)
  const signIn = async (browser = environment.browser()) => {
    const answer = await comeBack(browser, await throughProvider(environment, browser))
    return Object.assign(browser, { answer })
  }
  return { environment, identityProvider, signIn, sdk: environment.sdk }
}

test('oauth.callback signs up who is unknown, and signs in who is known, by subject and not by address', async () => {
  const { environment, signIn, sdk, identityProvider } = await withProvider()
  account = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  const first = await signIn()
  expect([first.answer.status, first.answer.body]).toEqual([302, null])
  expect(first.answer.headers.get('location')).toBe(application)
  expect(first.cookies.has('__oauth')).toBe(false)
  const me = (await first.get('/v1/me')).body.user
  expect(me.emails).toEqual([{ email: 'ada@example.com', isPrimary: true, isVerified: true }])

  account = { sub: 'ada', email: 'new@example.com', email_verified: true }
  const second = await signIn()
  expect((await second.get('/v1/me')).body.user.id).toBe(me.id)
  expect((await sdk.users.list()).total).toBe(1)
  const identities = (await second.get('/v1/me/identities')).body.identities
  expect(identities).toMatchObject([
    { userId: me.id, subject: 'ada', provider: 'acme', email: 'ada@example.com' },
  ])
  expect(identities[0].identityProviderId).toBe(identityProvider.id)
  const types = (await sdk.events.list()).items.map(({ type }) => type)
  expect(types.filter((type) => type === 'identity.linked')).toHaveLength(1)
  expect(types.filter((type) => type === 'session.created')).toHaveLength(2)
  expect(environment.id).toBeDefined()
})

test('oauth.callback links to an address that both sides have verified, and to no other', async () => {
  const { signIn, sdk, environment } = await withProvider()
  const own = await sdk.users.create({ email: 'Ada@example.com', emailVerified: true })
  account = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  const ada = await signIn()
  expect((await ada.get('/v1/me')).body.user.id).toBe(own.id)

  // Somebody signed up here with an address that is not theirs, and waits for its owner.
  const squatter = await environment.signedUp('grace@example.com')
  account = { sub: 'grace', email: 'grace@example.com', email_verified: true }
  expect((await signIn()).answer.body).toMatchObject({ status: 403, code: 'oauth_email_unverified' })
  expect((await squatter.get('/v1/me/identities')).body.total).toBe(0)

  // Somebody claims at the provider to have the address of a user here.
  for (const email_verified of [false, undefined, 'true' as never, 1 as never]) {
    account = { sub: 'mallory', email: 'ada@example.com', email_verified: email_verified as boolean }
    const mallory = await signIn()
    expect(mallory.answer.body.code).toBe('oauth_email_unverified')
    expect(mallory.cookies.has('__session')).toBe(false)
  }
  expect((await sdk.users.list()).total).toBe(2)
  expect((await sdk.events.list({ type: 'identity.linked' })).total).toBe(1)
})

test('oauth.callback keeps an address for unverified that the provider does not call verified', async () => {
  const { signIn } = await withProvider()
  account = { sub: 'new', email: 'new@example.com' }
  const browser = await signIn()
  expect((await browser.get('/v1/me')).body.user.emails).toMatchObject([{ isVerified: false }])
})

test('oauth.callback takes an address that only looks or folds alike for no address', async () => {
  const { signIn, sdk } = await withProvider()
  const { id } = await sdk.users.create({ email: 'kim.ingres@example.com', emailVerified: true })
  // The Kelvin sign, a dotted capital I, a Cyrillic letter, full-width letters, a long s: some are ours in lower case.
  for (const email of [
    '\u212Aim.ingres@example.com',
    'kim.\u0130ngres@example.com',
    'kim.ingr\u0435s@example.com',
    'kim.ingres@\uFF45xample.com',
    'kim.ingre\u017F@example.com',
  ]) {
    account = { sub: email, email, email_verified: true }
    const { user } = (await (await signIn()).get('/v1/me')).body
    expect([email, user.id === id, user.emails]).toEqual([email, false, []])
  }
})

test('oauth.callback refuses an identity that is taken away while its user is being locked', async () => {
  const { environment, signIn } = await withProvider()
  account = { sub: 'ada', email: 'ada@example.com' }
  const { user } = (await (await signIn()).get('/v1/me')).body
  const browser = environment.browser()
  const url = await throughProvider(environment, browser)
  const takeover = await server.owner.connect()
  try {
    await takeover.query('begin')
    await takeover.query('select from users where id = $1 for update', [user.id])
    await takeover.query('delete from user_identities where user_id = $1', [user.id])
    const comingBack = comeBack(browser, url)
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    const isWaiting = async () => (await server.owner.query(waiting)).rowCount
    await expect.poll(isWaiting, { interval: 5, timeout: 10_000 }).toBe(1)
    await takeover.query('commit')
    expect((await comingBack).body.code).toBe('invalid_credentials')
  } finally {
    takeover.release()
  }
  expect(browser.cookies.has('__session')).toBe(false)
})

test('oauth.callback refuses whoever is banned, and signs nobody up where that is not allowed', async () => {
  const { signIn, sdk } = await withProvider({ allowSignUp: false })
  const { id } = await sdk.users.create({ email: 'ada@example.com', emailVerified: true })
  account = { sub: 'eve', email: 'eve@example.com', email_verified: true }
  expect((await signIn()).answer.body.code).toBe('oauth_sign_up_disabled')
  account = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  expect((await signIn()).answer.status).toBe(302)
  await sdk.users.ban(id)
  const banned = await signIn()
  expect(banned.answer.body).toMatchObject({ status: 401, code: 'invalid_credentials' })
  expect(banned.cookies.has('__client')).toBe(false)
})

test('oauth.callback refuses what another browser began, and what has come back before', async () => {
  const { environment, sdk } = await withProvider()
  account = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  const [mine, other] = [environment.browser(), environment.browser()]
  const url = await throughProvider(environment, mine)
  await throughProvider(environment, other)
  for (const browser of [environment.browser(), other]) {
    expect((await comeBack(browser, url)).body.code).toBe('oauth_state_mismatch')
  }
  const cookie = mine.cookies.get('__oauth') ?? ''
  const tampered = environment.browser()
  // The first character; not all bits of the last one count.
  tampered.cookies.set('__oauth', (cookie.startsWith('A') ? 'B' : 'A') + cookie.slice(1))
  expect((await comeBack(tampered, url)).body.code).toBe('oauth_state_mismatch')

  const copies = Array.from({ length: 5 }, () => {
    const copy = environment.browser()
    copy.cookies.set('__oauth', cookie)
    return comeBack(copy, url)
  })
  const codes = (await Promise.all(copies)).map(({ status, body }) => body?.code ?? status)
  expect(codes.toSorted()).toEqual([302, ...Array(4).fill('oauth_state_mismatch')])
  expect((await sdk.users.list()).total).toBe(1)
})

test('oauth.callback refuses a state that is older than ten minutes, or of another environment', async () => {
  const { environment } = await withProvider()
  const { environment: other } = await withProvider()
  account = { sub: 'ada' }
  const browser = environment.browser()
  const url = await throughProvider(environment, browser)
  const foreign = other.browser()
  foreign.cookies.set('__oauth', browser.cookies.get('__oauth') ?? '')
  const elsewhere = new URL(url.href.replace(environment.name, other.name))
  expect((await comeBack(foreign, elsewhere)).body.code).toBe('oauth_state_mismatch')
  server.clock.advance({ seconds: 601 })
  expect((await comeBack(browser, url)).body.code).toBe('oauth_state_mismatch')
})

test('oauth.callback compares the issuer that the answer names', async () => {
  const { environment } = await withProvider()
  account = { sub: 'ada' }
  const browser = environment.browser()
  const url = await throughProvider(environment, browser)
  expect(url.searchParams.get('iss')).toBeTruthy()
  url.searchParams.set('iss', 'https://evil.example')
  expect((await comeBack(browser, url)).body.code).toBe('oauth_exchange_failed')
  expect(browser.cookies.has('__session')).toBe(false)
})

test('oauth.callback says what is missing, what the provider said, and that a provider is disabled', async () => {
  const { environment, sdk, identityProvider } = await withProvider()
  account = { sub: 'ada' }
  const browser = environment.browser()
  const url = await throughProvider(environment, browser)
  expect((await browser.get(url.pathname)).body).toMatchObject({
    code: 'missing_oauth_params',
    detail: 'The request lacks state and code.',
  })
  const denied = new URL(url)
  denied.searchParams.delete('code')
  denied.searchParams.set('error', 'access_denied')
  expect((await comeBack(browser, denied)).body).toMatchObject({ status: 403, code: 'oauth_denied' })

  const late = environment.browser()
  const returned = await throughProvider(environment, late)
  await sdk.identityProviders.update(identityProvider.id, { enabled: false })
  expect((await comeBack(late, returned)).body.code).toBe('oauth_provider_disabled')
  expect((await late.get(authorizePath(environment))).body.code).toBe('oauth_provider_disabled')
})

test('me.unlinkIdentity gives up an identity, but not the last way in', async () => {
  const { signIn, sdk } = await withProvider()
  account = { sub: 'nameless' }
  const nameless = await signIn()
  const [last] = (await nameless.get('/v1/me/identities')).body.identities
  expect((await nameless.delete(`/v1/me/identities/${last.id}`)).body.code).toBe('identity_is_last')
  const { user } = (await nameless.get('/v1/me')).body
  await sdk.users.update(user.id, { phoneNumber: '+4915112345678' })
  expect((await nameless.delete(`/v1/me/identities/${last.id}`)).body).toEqual({ ok: true })

  account = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  const ada = await signIn()
  const [identity] = (await ada.get('/v1/me/identities')).body.identities
  expect((await ada.delete(`/v1/me/identities/${last.id}`)).body.code).toBe('identity_not_found')
  expect((await ada.delete(`/v1/me/identities/${identity.id}`)).body).toEqual({ ok: true })
  expect((await ada.get('/v1/me/identities')).body.total).toBe(0)
  const [event] = (await sdk.events.list({ type: 'identity.unlinked' })).items
  expect(event?.data).toEqual({ identity })
})
