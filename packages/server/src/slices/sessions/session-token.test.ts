import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { compact, es256, openKeys, signed } from './session-token.fixture.js'

const server = testServer()
const issuer = 'http://claviger.test'
const rs256 = { settings: { signingAlgorithm: 'RS256' } } as const

/** The claims of the session token in a browser. */
function claimsOf(browser: { cookies: Map<string, string> }): JWTPayload {
  return decodeJwt(browser.cookies.get('__session') ?? '')
}

/** What the server answers to a token, sent with the publishable key of the environment. */
async function present(environment: TestEnvironment, token: string) {
  const { status, body } = await environment.browser().get('/v1/me', { authorization: `Bearer ${token}` })
  return status === 200 ? status : [status, body.code]
}
const refused = [401, 'invalid_session']

test('authentication.refresh mints a token with exactly the claims of a session', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const before = Math.floor(server.clock.now() / 1_000)
  const { body } = await ada.post('/v1/auth/sessions/refresh')
  const [key] = await openKeys(server, environment.id)
  expect(decodeProtectedHeader(body.sessionToken)).toEqual({ alg: 'ES256', kid: key.id, typ: 'JWT' })
  const claims = decodeJwt(body.sessionToken)
  const iat = claims.iat ?? 0
  expect(claims).toEqual({
    sid: body.sessionId,
    sub: ada.userId,
    env: environment.id,
    iss: issuer,
    iat,
    exp: iat + 60,
  })
  expect(iat - before).toBeLessThanOrEqual(5)
  expect(iat - before).toBeGreaterThanOrEqual(0)
})

test('authentication.refresh names organization and role only while one is active, as they are now', async () => {
  const environment = await server.environment()
  const { memberships } = environment.sdk
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const { id: orgId } = (await eve.post('/v1/orgs', { name: 'Acme', slug: 'acme' })).body.organization
  await memberships.create(orgId, { userId: ada.userId, role: 'member' })
  const next = async () => {
    const { org, org_role } = decodeJwt((await ada.post('/v1/auth/sessions/refresh')).body.sessionToken)
    return [org, org_role]
  }

  expect(await next()).toEqual([undefined, undefined])
  await ada.patch('/v1/orgs/current', { orgId })
  expect(await next()).toEqual([orgId, 'member'])
  await memberships.update(orgId, ada.userId, { role: 'admin' })
  expect(await next()).toEqual([orgId, 'admin'])
  await ada.patch('/v1/orgs/current', { orgId: null })
  expect(await next()).toEqual([undefined, undefined])
  await ada.patch('/v1/orgs/current', { orgId })
  expect(await next()).toEqual([orgId, 'admin'])
  await memberships.delete(orgId, ada.userId)
  expect(await next()).toEqual([undefined, undefined])
  // Who comes back has to choose the organization again.
  await memberships.create(orgId, { userId: ada.userId, role: 'admin' })
  expect(await next()).toEqual([undefined, undefined])
  await ada.patch('/v1/orgs/current', { orgId })
  await environment.sdk.organizations.delete(orgId)
  expect(await next()).toEqual([undefined, undefined])
})

test.each([
  ['ES256', {}],
  ['RS256', rs256],
])('keySet.get gives every verifier what it needs for a %s token', async (algorithm, options) => {
  const environment = await server.environment(options)
  const ada = await environment.signedUp()
  const anonymous = environment.browser()
  const byKey = (await anonymous.get('/.well-known/jwks.json')).body
  const byPath = await fetch(`${server.url}/environments/${environment.name}/.well-known/jwks.json`)
  for (const keySet of [byKey, JSON.parse(await byPath.text())]) {
    const { payload, protectedHeader } = await jwtVerify(
      ada.cookies.get('__session') ?? '',
      createLocalJWKSet(keySet),
      { issuer, algorithms: [algorithm], currentDate: new Date(server.clock.now()) },
    )
    expect(payload.sub).toBe(ada.userId)
    expect(protectedHeader.alg).toBe(algorithm)
  }
  expect((await ada.get('/v1/me')).status).toBe(200)
})

test('me.get accepts a token only within its minute, give or take five seconds', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [key] = await openKeys(server, environment.id)
  const now = Math.floor(server.clock.now() / 1_000)
  const at = async (times: JWTPayload) =>
    present(environment, await signed(key, { ...claimsOf(ada), ...times }))
  // A second or two may go by while this runs, so the near edges leave room for them.
  expect(await at({ exp: now + 60 })).toBe(200)
  expect(await at({ exp: now - 2 })).toBe(200)
  expect(await at({ exp: now - 5 })).toEqual(refused)
  expect(await at({ exp: now - 65 })).toEqual(refused)
  expect(await at({ nbf: now + 4 })).toBe(200)
  expect(await at({ nbf: now + 30 })).toEqual(refused)
  expect(await at({ nbf: now + 600 })).toEqual(refused)

  expect((await ada.get('/v1/me')).status).toBe(200)
  server.clock.advance({ seconds: 66 })
  expect((await ada.get('/v1/me')).body.code).toBe('invalid_session')
})

test('me.get refuses a token whose claims are not those of a session here, however well it is signed', async () => {
  const [environment, other] = await Promise.all([server.environment(), server.environment()])
  const [ada, eve, stranger] = [
    await environment.signedUp(),
    await environment.signedUp(),
    await other.signedUp(),
  ]
  const [key] = await openKeys(server, environment.id)
  const [foreignKey] = await openKeys(server, other.id)
  const claims = claimsOf(ada)
  const { sid: _sid, ...withoutSid } = claims
  const { sub: _sub, ...withoutSub } = claims
  const { env: _env, ...withoutEnv } = claims
  const { exp: _exp, ...withoutExp } = claims
  const { iss: _iss, ...withoutIss } = claims
  expect(await present(environment, await signed(key, claims))).toBe(200)
  for (const [what, token] of Object.entries({
    'another issuer': signed(key, { ...claims, iss: 'https://evil.example' }),
    'an issuer with more behind it': signed(key, { ...claims, iss: `${issuer}.evil.example` }),
    'no issuer': signed(key, withoutIss),
    'another environment': signed(key, { ...claims, env: other.id }),
    'no environment': signed(key, withoutEnv),
    'the session of somebody else': signed(key, { ...claims, sid: claimsOf(eve).sid }),
    'somebody else': signed(key, { ...claims, sub: eve.userId }),
    'the session of another environment': signed(key, {
      ...claims,
      sid: claimsOf(stranger).sid,
      sub: stranger.userId,
    }),
    'an unknown session': signed(key, { ...claims, sid: crypto.randomUUID() }),
    'a session that is no id': signed(key, { ...claims, sid: "' or 1=1 --" }),
    'a session that is a number': signed(key, { ...claims, sid: 7 }),
    'a session in a list': signed(key, { ...claims, sid: [claims.sid] }),
    'a user in a list': signed(key, { ...claims, sub: [ada.userId] as never }),
    'no session': signed(key, withoutSid),
    'no user': signed(key, withoutSub),
    'no end': signed(key, withoutExp),
    'an end that is text': signed(key, { ...claims, exp: '9999999999' as never }),
    'the key of another environment': signed(foreignKey, claims),
    'the key of another environment, named as ours': signed({ ...foreignKey, id: key.id }, claims),
    'our key, named as that of another environment': signed({ ...key, id: foreignKey.id }, claims),
  })) {
    expect([what, await present(environment, await token)]).toEqual([what, refused])
  }
})

test('me.get refuses a token of one environment together with the publishable key of another', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const ada = await one.signedUp()
  expect(await present(other, ada.cookies.get('__session') ?? '')).toEqual([400, 'environment_mismatch'])
  expect(await present(one, ada.cookies.get('__session') ?? '')).toBe(200)
})

test('me.get refuses every token that its key did not sign, in ES256 and as a whole', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [key] = await openKeys(server, environment.id)
  const claims = claimsOf(ada)
  const header = { alg: 'ES256', kid: key.id, typ: 'JWT' }
  const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const evilRsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const jwk = key.publicKey.export({ format: 'jwk' })
  const secrets = {
    pem: key.publicKey.export({ format: 'pem', type: 'spki' }),
    'trimmed pem': key.publicKey.export({ format: 'pem', type: 'spki' }).toString().trim(),
    der: key.publicKey.export({ format: 'der', type: 'spki' }),
    jwk: JSON.stringify(jwk),
    x: Buffer.from(jwk.x ?? '', 'base64url'),
    nothing: '',
  }
  const [h = '', p = '', s = ''] = (await signed(key, claims)).split('.')
  const over = (altered: object) => Buffer.from(JSON.stringify(altered)).toString('base64url')
  const genuine = es256(key.privateKey)
  const attacks: Record<string, string> = {
    'alg none': compact({ ...header, alg: 'none' }, claims, () => Buffer.alloc(0)),
    'alg None with a signature': compact({ ...header, alg: 'None' }, claims, genuine),
    'no alg': compact({ kid: key.id }, claims, genuine),
    ...Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [
        `HS256 with the public key as secret (${name})`,
        compact({ ...header, alg: 'HS256' }, claims, (input) =>
          createHmac('sha256', secret).update(input).digest(),
        ),
      ]),
    ),
    'RS256 under the name of an ES256 key': compact({ ...header, alg: 'RS256' }, claims, (i) =>
      sign('sha256', i, evilRsa),
    ),
    'the right signature under another alg': compact({ ...header, alg: 'ES384' }, claims, genuine),
    'EdDSA under the name of an ES256 key': compact({ ...header, alg: 'EdDSA' }, claims, genuine),
    'the key of somebody else': compact(header, claims, es256(evil)),
    'no signature': `${h}.${p}.`,
    'a signature of zeros': compact(header, claims, () => Buffer.alloc(64)),
    'a signature in DER': compact(header, claims, (input) => sign('sha256', input, key.privateKey)),
    'half a signature': `${h}.${p}.${s.slice(0, 43)}`,
    'other claims': `${h}.${over({ ...claims, sub: crypto.randomUUID() })}.${s}`,
    'another header': `${over({ alg: 'ES256', kid: key.id })}.${p}.${s}`,
    'a claim too far': `${h}.${over({ ...claims, exp: (claims.exp ?? 0) + 3_600 })}.${s}`,
    'claims that are no object': compact(header, [claims], genuine),
    'claims that are no JSON': `${h}.${Buffer.from('{').toString('base64url')}.${s}`,
    'a header that is no JSON': `${Buffer.from('{').toString('base64url')}.${p}.${s}`,
    'nothing at all': '..',
    'crit with a claim': compact({ ...header, crit: ['exp'] }, claims, genuine),
    'crit with what nobody knows': compact({ ...header, crit: ['x'], x: 1 }, claims, genuine),
    'crit with nothing': compact({ ...header, crit: [] }, claims, genuine),
    'b64 false': compact({ ...header, b64: false, crit: ['b64'] }, claims, genuine),
    'b64 false, signed as it says': compact({ ...header, b64: false, crit: ['b64'] }, claims, (input) =>
      genuine(Buffer.from(`${input.toString().split('.')[0]}.${JSON.stringify(claims)}`)),
    ),
  }
  expect(await present(environment, compact(header, claims, genuine))).toBe(200)
  for (const [what, token] of Object.entries(attacks)) {
    expect([what, await present(environment, token)]).toEqual([what, refused])
  }
})

test('me.get takes of an RS256 key only RS256, although the key could sign otherwise', async () => {
  const environment = await server.environment(rs256)
  const ada = await environment.signedUp()
  const [key] = await openKeys(server, environment.id)
  const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const claims = claimsOf(ada)
  expect(await present(environment, await signed(key, claims))).toBe(200)
  for (const alg of ['PS256', 'RS384', 'RS512', 'PS512']) {
    expect([alg, await present(environment, await signed(key, claims, { alg }))]).toEqual([alg, refused])
  }
  const header = { alg: 'ES256', kid: key.id }
  expect(await present(environment, compact(header, claims, es256(evil)))).toEqual(refused)
  const pem = key.publicKey.export({ format: 'pem', type: 'spki' })
  const forged = compact({ alg: 'HS256', kid: key.id }, claims, (i) =>
    createHmac('sha256', pem).update(i).digest(),
  )
  expect(await present(environment, forged)).toEqual(refused)
})

test('me.get looks for a key only among its own, and fetches nothing that a header names', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [key] = await openKeys(server, environment.id)
  const claims = claimsOf(ada)
  const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const evilJwk = { ...evil.publicKey.export({ format: 'jwk' }), kid: key.id, alg: 'ES256', use: 'sig' }
  const asked: (string | undefined)[] = []
  const thief = createServer((request, response) => {
    asked.push(request.url)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [evilJwk] }))
  })
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/jwks.json`
    const forged = { ...key, privateKey: evil.privateKey }
    for (const header of [
      { jwk: evilJwk },
      { jku: url },
      { x5u: url },
      { x5c: [Buffer.from('not a certificate').toString('base64')] },
      { jku: url, kid: 'evil' },
      { kid: url },
      { kid: '../../../../dev/null' },
      { kid: '/dev/null' },
      { kid: "' or 1=1 --" },
      { kid: `${key.id}' or '1'='1` },
      { kid: `${key.id}\u0000` },
      { kid: '' },
      { kid: 7 },
      { kid: [key.id] },
      { kid: { toString: key.id } },
      { kid: null },
      { kid: undefined },
      { kid: crypto.randomUUID() },
      { kid: 'x'.repeat(4_000) },
    ]) {
      expect([header, await present(environment, await signed(forged, claims, header))]).toEqual([
        header,
        refused,
      ])
    }
    // A genuine token may carry them, and still nobody looks at them.
    const decorated = await signed(key, claims, { jku: url, x5u: url, jwk: evilJwk })
    expect(await present(environment, decorated)).toBe(200)
  } finally {
    thief.close()
  }
  expect(asked).toEqual([])
})

test('me.get forgets a signing key that has left the key set, also one that it knew', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [key] = await openKeys(server, environment.id)
  await environment.sdk.signingKeys.rotate()
  const token = () => {
    const now = Math.floor(server.clock.now() / 1_000)
    return signed(key, { ...claimsOf(ada), iat: now, exp: now + 60 })
  }
  server.clock.advance({ hours: 24 })
  expect(await present(environment, await token())).toBe(200)
  server.clock.advance({ hours: 1, minutes: 1 })
  expect(await present(environment, await token())).toEqual(refused)
})
