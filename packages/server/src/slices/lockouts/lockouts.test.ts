import {
  type Answer,
  type Browser,
  goodPassword,
  type TestEnvironment,
  testServer,
} from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { talliesOfStranger } from './limits.js'

// The tests stand in for a proxy, and so choose the address that each of their requests is from.
const server = testServer({ trustedProxies: ['127.0.0.1'] })
const path = '/v1/auth/sign-in/email-password'

const from = (address: string) => ({ 'x-forwarded-for': address })
/** An address of a network of its own. */
const elsewhere = (i: number) => `10.${i >> 8}.${i & 255}.1`

/** Tries passwords at once, each from where it is told. */
function tryAll(
  environment: TestEnvironment,
  tries: readonly { email: string; address: string; password?: string }[],
) {
  return Promise.all(
    tries.map(({ email, address, password = 'wrong' }) =>
      environment.browser().post(path, { email, password }, from(address)),
    ),
  )
}
const signIn = (browser: Browser, email: string, address: string) =>
  browser.post(path, { email, password: goodPassword }, from(address))

const count = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length

const many = <T>(n: number, of: (i: number) => T) => Array.from({ length: n }, (_, i) => of(i))

/** Chooses a new password by the link of a mail. */
async function resetPassword(
  { operator }: TestEnvironment,
  owner: Browser,
  email: string,
  newPassword: string,
) {
  await owner.post('/v1/auth/password/reset/request', { email }, from(elsewhere(1)))
  const { items } = await operator.emails.list({ to: email })
  const { text } = await operator.emails.get(items.find(({ kind }) => kind === 'password_reset')?.id ?? '')
  const token = /#token=(\w+)/.exec(text ?? '')?.[1]
  expect((await owner.post('/v1/auth/password/reset/confirm', { token, newPassword })).status).toBe(200)
}

const started = async ({ sdk }: TestEnvironment) =>
  (await sdk.events.list({ type: 'lockout.started' })).items.map(({ data }) => data)

test('ten wrong passwords of a hundred networks are looked at, and no more, however many at once', async () => {
  const environment = await server.environment()
  const { email, userId } = await environment.signedUp()
  const answers = await tryAll(
    environment,
    many(40, (i) => ({ email, address: elsewhere(i) })),
  )
  expect([count(answers, 401), count(answers, 429)]).toEqual([10, 30])
  const [refused] = await tryAll(environment, [{ email, address: elsewhere(99), password: goodPassword }])
  expect(refused?.body).toMatchObject({ code: 'signin_rate_limited', message: 'signin_rate_limited' })
  const retryAfterSeconds = Number(refused?.headers.get('retry-after'))
  expect(retryAfterSeconds).toBeGreaterThan(0)
  expect(retryAfterSeconds).toBeLessThanOrEqual(900)
  expect(refused?.body.detail).toBe(`Too many attempts to sign in. Try again in ${retryAfterSeconds} s.`)
  // One event for a lockout, whatever follows.
  expect(await started(environment)).toEqual([
    { by: 'account', userId, ipAddress: expect.any(String), lockedUntil: expect.any(String) },
  ])

  server.clock.advance({ seconds: retryAfterSeconds + 1 })
  expect((await signIn(environment.browser(), email, elsewhere(99))).status).toBe(200)
})

test('a day takes fifty, whatever the patience of who guesses', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  let looked = 0
  for (let quarter = 0; quarter < 6; quarter++) {
    const answers = await tryAll(
      environment,
      many(12, (i) => ({ email, address: elsewhere(i) })),
    )
    looked += count(answers, 401)
    server.clock.advance({ seconds: 901 })
  }
  // What was refused in a quarter takes nothing from the day, or fifty tries at once would end it.
  expect(looked).toBe(50)
  const [refused] = await tryAll(environment, [{ email, address: elsewhere(99), password: goodPassword }])
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(80_000)
  server.clock.advance({ hours: 24 })
  expect((await signIn(environment.browser(), email, elsewhere(99))).status).toBe(200)
})

test('the owner gets in on a known device through it all, and on no other', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await tryAll(
    environment,
    many(30, (i) => ({ email: ada.email, address: elsewhere(i) })),
  )
  expect((await signIn(ada, ada.email, elsewhere(1))).status).toBe(200)
  expect((await signIn(environment.browser(), ada.email, elsewhere(1))).status).toBe(429)
  // The device of another user is nothing to the account.
  const eve = await environment.signedUp()
  expect((await signIn(eve, ada.email, elsewhere(2))).status).toBe(429)
  // A cookie that belongs to nobody neither.
  eve.cookies.set('__device', `dev_${'0'.repeat(49)}`)
  expect((await signIn(eve, ada.email, elsewhere(2))).status).toBe(429)
})

test('a known device that guesses is stopped as well, and locks nobody else out', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const wrong = { email: ada.email, password: 'wrong' }
  const answers = await Promise.all(many(15, () => ada.post(path, wrong)))
  expect([count(answers, 401), count(answers, 429)]).toEqual([10, 5])
  expect((await signIn(ada, ada.email, elsewhere(1))).status).toBe(429)
  expect((await signIn(environment.browser(), ada.email, elsewhere(1))).status).toBe(200)
  expect(await started(environment)).toMatchObject([{ by: 'device', userId: ada.userId }])
})

test('an account that nobody has is refused as one that somebody has', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  const ofEach = await Promise.all(
    [email, 'nobody@example.com'].map(async (tried) => {
      const answers = []
      for (let i = 0; i < 12; i++) {
        const [answer] = await tryAll(environment, [{ email: tried, address: elsewhere(i) }])
        const { requestId: _, ...body } = answer?.body ?? {}
        const names = [...(answer?.headers.keys() ?? [])].sort()
        answers.push({ status: answer?.status, code: body.code, names })
      }
      return answers
    }),
  )
  expect(ofEach[1]).toEqual(ofEach[0])
  expect(ofEach[0]?.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429, 429])
})

test('the case of an address gives no further tries', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp('ada@example.com')
  const spellings = [email, 'Ada@example.com', 'ADA@EXAMPLE.COM', 'ada@Example.com']
  const answers = await tryAll(
    environment,
    many(16, (i) => ({ email: spellings[i % 4] as string, address: elsewhere(i) })),
  )
  expect(count(answers, 401)).toBe(10)
})

test('a right password takes its try back, however often it comes', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  for (let i = 0; i < 12; i++) {
    expect((await signIn(environment.browser(), email, '203.0.113.9')).status).toBe(200)
  }
  const answers = await tryAll(
    environment,
    many(12, () => ({ email, address: '203.0.113.9' })),
  )
  expect(count(answers, 401)).toBe(10)
})

test('an address is looked at 120 times a minute, right passwords included, and a known device in spite of it', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const address = '203.0.113.9'
  const [tally] = talliesOfStranger('', address).filter(
    ({ by, of }) => by === 'address' && of === 'all tries',
  )
  expect((await signIn(environment.browser(), ada.email, address)).status).toBe(200)
  const query = 'update rate_limits set requests = 119 where bucket_hash = $1 and requests = 1'
  expect((await server.owner.query(query, [tally?.hash])).rowCount).toBe(1)
  expect((await signIn(environment.browser(), ada.email, address)).status).toBe(200)
  const refused = await signIn(environment.browser(), ada.email, address)
  expect(refused.body.code).toBe('signin_rate_limited')
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect((await signIn(ada, ada.email, address)).status).toBe(200)
})

/** As if so many wrong passwords had come from an address, but for hashing each of them. */
async function counted(
  environment: TestEnvironment,
  by: 'address' | 'network',
  address: string,
  wrong: number,
) {
  await tryAll(environment, [{ email: 'first@example.com', address }])
  const tally = talliesOfStranger('', address).find(
    (candidate) => candidate.by === by && candidate.of === 'wrong passwords',
  )
  const { rowCount } = await server.owner.query(
    'update rate_limits set requests = $3 where environment_id = $1 and bucket_hash = $2',
    [environment.id, tally?.hash, wrong],
  )
  expect(rowCount).toBe(1)
}

test('one address may be wrong a hundred times, whatever the accounts, and then waits', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await counted(environment, 'address', '203.0.113.9', 95)
  const spray = many(12, (i) => ({ email: `${i}@example.com`, address: '203.0.113.9' }))
  const answers = await tryAll(environment, spray)
  expect([count(answers, 401), count(answers, 429)]).toEqual([5, 7])
  expect(await started(environment)).toMatchObject([
    { by: 'address', userId: null, ipAddress: '203.0.113.9' },
  ])
  // An office behind that address: known devices go on, its neighbours do as well.
  expect((await signIn(ada, ada.email, '203.0.113.9')).status).toBe(200)
  expect((await signIn(environment.browser(), ada.email, '203.0.113.9')).status).toBe(429)
  expect((await signIn(environment.browser(), ada.email, '203.0.113.10')).status).toBe(200)
})

test('an address of IPv6 is all of its /64', async () => {
  const environment = await server.environment()
  await counted(environment, 'address', '2001:db8::9', 95)
  const spray = many(12, (i) => ({ email: `${i}@example.com`, address: `2001:db8::${(i + 1).toString(16)}` }))
  expect(count(await tryAll(environment, spray), 401)).toBe(5)
})

test.each([
  ['203.0.113.0/24', (i: number) => `203.0.113.${i}`, '203.0.114.1'],
  ['2001:db8:7::/48', (i: number) => `2001:db8:7:${i.toString(16)}::1`, '2001:db8:8::1'],
])('the network %s may be wrong five hundred times, whatever its addresses', async (_, within, outside) => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  await counted(environment, 'network', within(0), 495)
  const spray = many(12, (i) => ({ email: `${i}@example.com`, address: within(i) }))
  expect(count(await tryAll(environment, spray), 401)).toBe(5)
  expect(await started(environment)).toMatchObject([{ by: 'network' }])
  expect((await signIn(environment.browser(), email, within(0))).status).toBe(429)
  expect((await signIn(environment.browser(), email, outside)).status).toBe(200)
})

test('users.getLockout tells how an account stands, and users.liftLockout lets its owner in', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { email, userId } = await environment.signedUp()
  expect(await sdk.users.getLockout(userId)).toEqual({ userId, failedAttempts: 0, lockedUntil: null })
  const guesses = (n: number) =>
    tryAll(
      environment,
      many(n, (i) => ({ email, address: elsewhere(i) })),
    )
  await guesses(3)
  expect(await sdk.users.getLockout(userId)).toEqual({ userId, failedAttempts: 3, lockedUntil: null })
  await guesses(9)
  const { lockedUntil } = await sdk.users.getLockout(userId)
  expect(Date.parse(lockedUntil ?? '') - server.clock.now()).toBeGreaterThan(840_000)

  const lifted = { userId, failedAttempts: 0, lockedUntil: null }
  expect(await sdk.users.liftLockout(userId)).toEqual(lifted)
  expect((await signIn(environment.browser(), email, elsewhere(1))).status).toBe(200)
  const recorded = async () => (await sdk.events.list({ type: 'lockout.lifted' })).items
  expect((await recorded()).map(({ data }) => data)).toEqual([{ lockout: lifted }])
  // To lift what is not there is no event.
  await sdk.users.liftLockout(userId)
  expect(await recorded()).toHaveLength(1)
})

test('a new password by mail lifts the lockout, and makes known the device that it was chosen on', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  const guesses = () =>
    tryAll(
      environment,
      many(12, (i) => ({ email, address: elsewhere(i) })),
    )
  await guesses()
  const owner = environment.browser()
  const newPassword = 'Better-horse-battery-10'
  await resetPassword(environment, owner, email, newPassword)
  expect(count(await guesses(), 401)).toBe(10)
  const signedIn = await owner.post(path, { email, password: newPassword }, from(elsewhere(1)))
  expect(signedIn.status).toBe(200)
})

test('a new password by mail lifts the lockout of the known device that forgot the old one, too', async () => {
  const environment = await server.environment()
  const owner = await environment.signedUp()
  const { email } = owner
  const signIn = (password: string) => owner.post(path, { email, password })
  const newPassword = 'Better-horse-battery-10'
  // At an address that was not verified before, a reset forgets every device.
  await resetPassword(environment, owner, email, goodPassword)
  await Promise.all(many(12, () => signIn('Forgotten-horse-1')))
  expect((await signIn(goodPassword)).status).toBe(429)
  await resetPassword(environment, owner, email, newPassword)
  expect((await signIn(newPassword)).status).toBe(200)
})

test('users.liftLockout lets a known device in again, and records that', async () => {
  const environment = await server.environment()
  const owner = await environment.signedUp()
  const { email, userId } = owner
  const signIn = (password: string) => owner.post(path, { email, password })
  await Promise.all(many(12, () => signIn('Forgotten-horse-1')))
  expect((await signIn(goodPassword)).status).toBe(429)
  await environment.sdk.users.liftLockout(userId)
  expect((await signIn(goodPassword)).status).toBe(200)
  expect((await environment.sdk.events.list({ type: 'lockout.lifted' })).items).toHaveLength(1)
})

test('the current password cannot be guessed in a session, and such guesses lock nobody out', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const change = (currentPassword: string) =>
    ada.post('/v1/auth/me/password', { currentPassword, newPassword: 'Better-horse-battery-10' })
  const answers = await Promise.all(many(14, () => change('wrong')))
  expect([count(answers, 401), count(answers, 429)]).toEqual([10, 4])
  expect((await change(goodPassword)).body.code).toBe('signin_rate_limited')
  expect((await signIn(ada, ada.email, elsewhere(1))).status).toBe(200)
  expect((await signIn(environment.browser(), ada.email, elsewhere(1))).status).toBe(200)
  expect(await started(environment)).toMatchObject([{ by: 'device', userId: ada.userId }])
})

test('what is counted is kept as hashes', async () => {
  const environment = await server.environment()
  await tryAll(environment, [{ email: 'seen@example.com', address: '203.0.113.77' }])
  const { rows } = await server.owner.query(
    'select t::text as text from rate_limits t where environment_id = $1',
    [environment.id],
  )
  expect(rows.length).toBeGreaterThan(3)
  for (const { text } of rows) expect(text).not.toMatch(/seen|example|203\.0\.113/)
})
