import { testServer } from '@claviger/server/testing'
import { describe, expect, test } from 'vitest'
import {
  beginRegistration,
  completeRegistration,
  createAuthenticator,
  registered,
  type Spoiled,
} from './authenticator.fixture.js'

const server = testServer()

test('me.beginPasskeyRegistration asks for a passkey of this domain and user, other than those there are', async () => {
  const ada = await (await server.environment()).signedUp()
  const options = await beginRegistration(ada)
  expect(options).toMatchObject({
    challenge: expect.stringMatching(/^[\w-]{43}$/),
    rp: { id: 'claviger.test' },
    user: { name: ada.email },
    attestation: 'none',
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  expect(Buffer.from(options.user.id, 'base64url').toString('hex')).toBe(ada.userId.replaceAll('-', ''))
  await registered(ada)
  const again = await beginRegistration(ada)
  expect(again.excludeCredentials).toMatchObject([{ type: 'public-key', transports: ['internal'] }])
  expect(again.challenge).not.toBe(options.challenge)
})

test('me.completePasskeyRegistration registers a passkey, shows no key of it, and records it', async () => {
  const { sdk, signedUp } = await server.environment()
  const ada = await signedUp()
  const credential = createAuthenticator().create(await beginRegistration(ada))
  const { status, body } = await completeRegistration(ada, credential, 'Phone')
  expect(status).toBe(201)
  expect(body).toEqual({
    passkey: {
      id: expect.any(String),
      userId: ada.userId,
      name: 'Phone',
      aaguid: '00000000-0000-0000-0000-000000000000',
      deviceType: 'singleDevice',
      backedUp: false,
      transports: ['internal'],
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: null,
    },
  })
  const { events } = await sdk.events.list()
  expect(events[0]).toMatchObject({
    type: 'passkey.created',
    actor: { type: 'user', id: ada.userId },
    data: { passkey: body.passkey },
  })
  expect((await ada.get('/v1/me/passkeys')).body).toMatchObject({ total: 1, passkeys: [body.passkey] })
})

describe('me.completePasskeyRegistration refuses as invalid_passkey, and uses the challenge up', () => {
  test.each<[string, Spoiled]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that only ends like ours', { origin: 'http://notclaviger.test' }],
    ['another port', { origin: 'http://claviger.test:8080' }],
    ['another domain', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['an answer of a sign-in', { type: 'webauthn.get' }],
    ['a page in a frame of another site', { crossOrigin: true }],
    ['a user who was not verified', { userVerified: false }],
    ['an attestation that names certificates', { format: 'android-safetynet' }],
  ])('%s', async (_, spoiled) => {
    const ada = await (await server.environment()).signedUp()
    const authenticator = createAuthenticator()
    const options = await beginRegistration(ada)
    const refused = await completeRegistration(ada, authenticator.create(options, spoiled))
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_passkey' } })
    if (!spoiled.challenge) {
      const second = await completeRegistration(ada, authenticator.create(options))
      expect(second.body.code).toBe('invalid_passkey')
    }
    expect((await ada.get('/v1/me/passkeys')).body.total).toBe(0)
  })

  test('a challenge of somebody else', async () => {
    const { signedUp } = await server.environment()
    const [ada, eve] = await Promise.all([signedUp(), signedUp()])
    const credential = createAuthenticator().create(await beginRegistration(ada))
    expect((await completeRegistration(eve, credential)).body.code).toBe('invalid_passkey')
  })

  test('a challenge that is five minutes old', async () => {
    const ada = await (await server.environment()).signedUp()
    const options = await beginRegistration(ada)
    server.clock.advance({ seconds: 300 })
    await ada.post('/v1/auth/sessions/refresh')
    const refused = await completeRegistration(ada, createAuthenticator().create(options))
    expect(refused.body.code).toBe('invalid_passkey')
  })

  test('what no browser wrote', async () => {
    const ada = await (await server.environment()).signedUp()
    for (const clientDataJSON of ['AAAA', 'bnVsbA', 'e30', 'eyJjaGFsbGVuZ2UiOjF9']) {
      const { response, ...credential } = createAuthenticator().create(await beginRegistration(ada))
      const refused = await completeRegistration(ada, {
        ...credential,
        response: { ...response, clientDataJSON },
      })
      expect(refused.body.code, clientDataJSON).toBe('invalid_passkey')
    }
    const { response, ...credential } = createAuthenticator().create(await beginRegistration(ada))
    const body = { ...credential, response: { ...response, attestationObject: 'AAAA' } }
    expect((await completeRegistration(ada, body)).body.code).toBe('invalid_passkey')
  })
})

test('me.completePasskeyRegistration refuses a session that ends while the passkey is looked at', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const credential = createAuthenticator().create(await beginRegistration(ada))
  const takeover = await server.owner.connect()
  try {
    await takeover.query('begin')
    await takeover.query('select from users where id = $1 for update', [ada.userId])
    await takeover.query(
      "update sessions set ended_at = instant(), end_reason = 'email_verified' where user_id = $1",
      [ada.userId],
    )
    const registering = completeRegistration(ada, credential)
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    const isWaiting = async () => (await server.owner.query(waiting)).rowCount
    await expect.poll(isWaiting, { interval: 5, timeout: 10_000 }).toBe(1)
    await takeover.query('commit')
    expect((await registering).body.code).toBe('invalid_session')
  } finally {
    takeover.release()
  }
  expect((await server.owner.query('select from passkeys where user_id = $1', [ada.userId])).rows).toEqual([])
})

test('me.completePasskeyRegistration takes pages of allowed origins below the domain, and named ones', async () => {
  const { signedUp } = await server.environment({
    settings: {
      allowedOrigins: ['https://app.example.com:*', 'https://elsewhere.example'],
      passkeys: { rpId: 'example.com', origins: ['https://related.example'] },
    },
  })
  const ada = await signedUp()
  const outcomes: Record<string, number> = {}
  for (const origin of [
    'https://app.example.com:8443',
    'https://app.example.com',
    'https://related.example',
    'https://elsewhere.example',
    'http://claviger.test',
  ]) {
    const credential = createAuthenticator().create(await beginRegistration(ada), { origin })
    outcomes[origin] = (await completeRegistration(ada, credential)).status
  }
  expect(outcomes).toEqual({
    'https://app.example.com:8443': 201,
    'https://app.example.com': 201,
    'https://related.example': 201,
    'https://elsewhere.example': 400,
    'http://claviger.test': 400,
  })
})

test('me.completePasskeyRegistration of one credential twice is 409, for its user and for others', async () => {
  const { signedUp } = await server.environment()
  const [ada, eve] = await Promise.all([signedUp(), signedUp()])
  const { authenticator } = await registered(ada)
  for (const person of [ada, eve]) {
    const credential = authenticator.create(await beginRegistration(person))
    expect(await completeRegistration(person, credential)).toMatchObject({
      status: 409,
      body: { code: 'passkey_already_registered' },
    })
  }
})

test('me.completePasskeyRegistration of one answer 20 times at once registers one passkey', async () => {
  const ada = await (await server.environment()).signedUp()
  const credential = createAuthenticator().create(await beginRegistration(ada))
  const answers = await Promise.all(Array.from({ length: 20 }, () => completeRegistration(ada, credential)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'invalid_passkey')).toHaveLength(19)
})
