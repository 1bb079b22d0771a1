import { Claviger } from '@claviger/sdk'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { hashSecret, makeSecret } from '#kernel/secret'
import { createLookUps } from '#platform/db/look-ups'
import { told } from '#platform/db/told-statements.fixture'
import { createKeyAuthenticator } from './authenticate-secret-key.js'

const server = testServer()

async function listWith(headers: Record<string, string>, query = '') {
  const response = await fetch(`${server.url}/v1/admin/users${query}`, { headers })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const asBearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

/** The same key with its last character changed to another one. */
function withTypo(secret: string): string {
  return secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
}

/** The authenticator of a node, with what it asks the real database for and what it reports as used. */
function authenticator() {
  const used: [string, string, boolean][] = []
  const { queries, texts: asked } = told(server.database.anywhere)
  const keys = createKeyAuthenticator(createLookUps(queries), (...use) => used.push(use))
  return { keys, asked, used }
}

async function insertKey(
  environment: TestEnvironment,
  key: { secret: string; kind: string; permissions?: string[] },
) {
  const id = newId()
  await server.owner.query(
    `insert into secret_keys (environment_id, id, kind, name, prefix, hash, permissions)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      environment.id,
      id,
      key.kind,
      'Test',
      key.secret.slice(0, 16),
      hashSecret(key.secret),
      key.permissions ?? ['*'],
    ],
  )
  return id
}

describe('over HTTP', () => {
  test('a secret key opens its own environment, and the scheme is read without case', async () => {
    const { id, secretKey } = await server.environment()
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
      const response = await fetch(`${server.url}/v1/admin/environment`, {
        headers: { authorization: `${scheme} ${secretKey}` },
      })
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ environment: { id } })
    }
  })

  test('an unknown secret key, one with a typo and a publishable one are invalid_api_key', async () => {
    const { secretKey, publishableKey } = await server.environment()
    const others = [
      makeSecret('sk_test_'),
      withTypo(secretKey),
      publishableKey,
      `${secretKey}x`,
      'sk_test_',
      'sk_',
    ]
    for (const other of others) {
      const answer = await listWith(asBearer(other))
      expect(answer.status).toBe(401)
      expect(answer.body).toMatchObject({ code: 'invalid_api_key', message: 'invalid_api_key' })
    }
  })

  test('a secret key counts as a bearer token and nowhere else in a request', async () => {
    const { secretKey } = await server.environment()
    const places: [Record<string, string>, string?][] = [
      [{}],
      [{ 'x-api-key': secretKey }],
      [{ cookie: `__session=${secretKey}` }],
      [{}, `?access_token=${secretKey}&secretKey=${secretKey}&api_key=${secretKey}`],
    ]
    for (const [headers, query] of places) {
      expect(await listWith(headers, query)).toMatchObject({
        status: 401,
        body: { message: 'missing_api_key' },
      })
    }
    for (const authorization of [
      `Basic ${btoa(`${secretKey}:`)}`,
      secretKey,
      'Bearer',
      `Bearer ${secretKey} x`,
    ]) {
      expect(await listWith({ authorization })).toMatchObject({
        status: 401,
        body: { message: 'invalid_api_key' },
      })
    }
  })

  test('a secret key names no environment to a browser', async () => {
    const environment = await server.environment()
    const headers = { 'x-publishable-key': environment.secretKey }
    const answer = await environment.browser().get('/.well-known/jwks.json', headers)
    expect(answer).toMatchObject({ status: 404, body: { code: 'environment_not_found' } })
  })

  test('a secret key is refused beside the name or the publishable key of another environment', async () => {
    const [own, other] = [await server.environment(), await server.environment()]
    const claims: Record<string, string>[] = [
      { 'claviger-environment': other.name },
      { 'x-publishable-key': other.publishableKey },
    ]
    for (const claim of claims) {
      const answer = await listWith({ ...asBearer(own.secretKey), ...claim })
      expect(answer).toMatchObject({ status: 400, body: { code: 'environment_mismatch' } })
    }
    expect((await listWith({ ...asBearer(own.secretKey), 'claviger-environment': own.name })).status).toBe(
      200,
    )
  })

  test('a key of a deleted project is refused on the next request, as is its publishable key', async () => {
    const environment = await server.environment()
    await environment.sdk.users.list()
    await server.owner.query('update projects set deleted_at = instant() where id = $1', [
      environment.projectId,
    ])
    const answer = await listWith(asBearer(environment.secretKey))
    expect(answer).toMatchObject({ status: 401, body: { message: 'invalid_api_key' } })
    const keySet = await environment.browser().get('/.well-known/jwks.json')
    expect(keySet).toMatchObject({ status: 404, body: { code: 'environment_not_found' } })
  })

  test('a secret key may do what it is allowed to, and 403 names what it lacks', async () => {
    const environment = await server.environment()
    const secret = makeSecret('sk_test_')
    await insertKey(environment, { secret, kind: 'secret', permissions: ['users:read'] })
    const reader = new Claviger({ baseUrl: server.url, secretKey: secret, maxRetries: 0 })
    expect((await reader.users.list()).total).toBe(0)
    await expect(reader.users.create({})).rejects.toMatchObject({
      status: 403,
      code: 'permission_denied',
      detail: 'The credential lacks the permission `users:write`.',
    })
    expect((await environment.sdk.users.list()).total).toBe(0)
  })

  test('100 requests with the keys of ten environments at once are each answered in their own', async () => {
    const environments = await Promise.all(Array.from({ length: 10 }, () => server.environment()))
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const environment = environments[i % 10] as TestEnvironment
        expect((await environment.sdk.environment.get()).id).toBe(environment.id)
      }),
    )
  })
})

describe('of a node', () => {
  test('createKeyAuthenticator recognises a key with all that it opens, and reports the use', async () => {
    const environment = await server.environment({ settings: { sessionLifetimeSeconds: 600 } })
    const secret = makeSecret('sk_test_')
    const id = await insertKey(environment, { secret, kind: 'secret', permissions: ['users:read'] })
    const { keys, used } = authenticator()
    expect(await keys.secretKey(secret)).toMatchObject({
      principal: { kind: 'secret_key', id, permissions: ['users:read'] },
      environment: { id: environment.id, name: 'test', settings: { sessionLifetimeSeconds: 600 } },
      terms: undefined,
    })
    expect(used).toEqual([[environment.id, id, false]])
  })

  test('createKeyAuthenticator refuses a typo without a query', async () => {
    const { secretKey, publishableKey } = await server.environment()
    const { keys, asked, used } = authenticator()
    for (const text of [withTypo(secretKey), secretKey.slice(1), publishableKey, '', 'sk_test_']) {
      expect(await keys.secretKey(text)).toBeUndefined()
    }
    for (const text of [withTypo(publishableKey), secretKey])
      expect(await keys.publishableKey(text)).toBeUndefined()
    expect(asked).toEqual([])
    expect(used).toEqual([])
  })

  test('createKeyAuthenticator refuses a key whose row is of the other kind', async () => {
    const environment = await server.environment()
    const [secret, publishable] = [makeSecret('sk_test_'), makeSecret('pk_test_')]
    await insertKey(environment, { secret, kind: 'publishable' })
    await insertKey(environment, { secret: publishable, kind: 'secret' })
    const { keys, used } = authenticator()
    expect(await keys.secretKey(secret)).toBeUndefined()
    expect(await keys.publishableKey(publishable)).toBeUndefined()
    expect(used).toEqual([])
  })

  test.each([
    ['revoked', 'revoked_at = instant()'],
    ['revoked', 'deleted_at = instant()'],
    ['revoked', 'revoked_at = instant(), expires_at = instant(), enabled = false'],
    ['expired', 'expires_at = instant()'],
    ['expired', "expires_at = instant() - interval '1 day', enabled = false"],
    ['expired', 'deprecated_at = instant(), grace_period_ends_at = instant()'],
    ['disabled', 'enabled = false'],
    ['disabled', "enabled = false, expires_at = instant() + interval '1 day'"],
  ])(
    'createKeyAuthenticator tells a %s key (%s) from an unknown one, reporting neither',
    async (why, set) => {
      const environment = await server.environment()
      const [secret, publishable] = [makeSecret('sk_test_'), makeSecret('pk_test_')]
      const id = await insertKey(environment, { secret, kind: 'secret' })
      const publishableId = await insertKey(environment, { secret: publishable, kind: 'publishable' })
      const { keys, used } = authenticator()
      expect((await keys.publishableKey(publishable))?.environment.id).toBe(environment.id)
      expect(await keys.secretKey(secret)).toMatchObject({ principal: { id } })
      await server.owner.query(`update secret_keys set ${set} where environment_id = $1`, [environment.id])
      expect(await keys.secretKey(secret)).toBe(why)
      expect(await keys.secretKey(makeSecret('sk_test_'))).toBeUndefined()
      expect(await keys.publishableKey(publishable)).toBeUndefined()
      expect(used).toEqual([
        [environment.id, publishableId, false],
        [environment.id, id, false],
      ])
    },
  )

  test('createKeyAuthenticator ends a key by the clock of the database, to the millisecond', async () => {
    const environment = await server.environment()
    const secret = makeSecret('sk_test_')
    await insertKey(environment, { secret, kind: 'secret' })
    const { keys } = authenticator()
    for (const column of ['expires_at', 'grace_period_ends_at']) {
      const end = (seconds: number) =>
        server.owner
          .query(
            `update secret_keys set expires_at = null, deprecated_at = instant(),
                                  grace_period_ends_at = instant() + interval '1 year'
           where environment_id = $1`,
            [environment.id],
          )
          .then(() =>
            server.owner.query(
              `update secret_keys set ${column} = instant() + $2 * interval '1 second' where environment_id = $1`,
              [environment.id, seconds],
            ),
          )
      await end(60)
      expect(await keys.secretKey(secret)).toMatchObject({ environment: { id: environment.id } })
      await end(0)
      expect(await keys.secretKey(secret)).toBe('expired')
    }
  })

  test('createKeyAuthenticator tells the terms of a key that has any, and that its use is a late one', async () => {
    const environment = await server.environment()
    const secret = makeSecret('sk_test_')
    const id = await insertKey(environment, { secret, kind: 'secret' })
    const { keys, used } = authenticator()
    await server.owner.query(
      `update secret_keys set deprecated_at = '2026-11-22T12:00:00Z', grace_period_ends_at = '9999-11-23T12:00:00Z',
                              rate_limit_per_minute = 5, rate_limit_per_hour = 50 where id = $1`,
      [id],
    )
    expect(await keys.secretKey(secret)).toMatchObject({
      terms: {
        id,
        deprecation: { deprecatedAt: '2026-11-22T12:00:00.000Z', endsAt: '9999-11-23T12:00:00.000Z' },
        requestsPerMinute: 5,
        requestsPerHour: 50,
      },
    })
    expect(used).toEqual([[environment.id, id, true]])
  })

  test('createKeyAuthenticator asks once for keys that arrive together, and anew for the next', async () => {
    const environments = await Promise.all(Array.from({ length: 5 }, () => server.environment()))
    const { keys, asked } = authenticator()
    const texts = environments.flatMap(({ secretKey }) => [secretKey, secretKey, makeSecret('sk_test_')])
    const found = await Promise.all(texts.map((text) => keys.secretKey(text)))
    expect(asked).toHaveLength(1)
    for (const [i, key] of found.entries()) {
      if (i % 3 === 2) expect(key).toBeUndefined()
      else expect(key).toMatchObject({ environment: { id: environments[Math.floor(i / 3)]?.id } })
    }
    await keys.secretKey(environments[0]?.secretKey ?? '')
    expect(asked).toHaveLength(2)
  })
})
