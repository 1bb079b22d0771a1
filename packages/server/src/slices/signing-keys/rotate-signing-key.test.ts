import { testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'

const server = testServer()

test('signingKeys.rotate publishes the next key, which signs after an hour while the old one stays a day', async () => {
  const environment = await server.environment()
  const { signingKeys } = environment.sdk
  const ada = await environment.signedUp()
  const published = async () => {
    const { keys } = (await environment.browser().get('/.well-known/jwks.json')).body
    return keys.map(({ kid }: { kid: string }) => kid)
  }
  const signsWith = async () => {
    const { body } = await ada.post('/v1/auth/sessions/refresh')
    expect((await ada.get('/v1/me')).status).toBe(200)
    return decodeProtectedHeader(body.sessionToken).kid
  }
  const [old] = (await signingKeys.list()).items
  expect(old).toMatchObject({ algorithm: 'ES256', status: 'current', expiresAt: null })

  const next = await signingKeys.rotate()
  expect(next).toMatchObject({ algorithm: 'ES256', status: 'next', expiresAt: null })
  expect(Date.parse(next.activatesAt) - Date.parse(next.createdAt)).toBe(60 * 60_000)
  expect(await published()).toEqual([next.id, old?.id])
  expect(await signsWith()).toBe(old?.id)
  const [, retiring] = (await signingKeys.list()).items
  expect(Date.parse(retiring?.expiresAt ?? '') - Date.parse(next.activatesAt)).toBe(24 * 60 * 60_000)

  server.clock.advance({ minutes: 59 })
  expect(await signsWith()).toBe(old?.id)
  server.clock.advance({ minutes: 1 })
  expect(await signsWith()).toBe(next.id)
  expect((await signingKeys.list()).items.map(({ id, status }) => [id, status])).toEqual([
    [next.id, 'current'],
    [old?.id, 'retired'],
  ])

  server.clock.advance({ hours: 23, minutes: 59 })
  expect(await published()).toEqual([next.id, old?.id])
  server.clock.advance({ minutes: 1 })
  expect(await published()).toEqual([next.id])
  expect((await signingKeys.list()).total).toBe(1)
  expect(await signsWith()).toBe(next.id)
})

test('signingKeys.rotate breaks no token: each verifies by the set fetched before and after', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const fetched = async () =>
    createLocalJWKSet((await environment.browser().get('/.well-known/jwks.json')).body)
  const minted = async () => (await ada.post('/v1/auth/sessions/refresh')).body.sessionToken as string
  const verifies = async (token: string, keySet: ReturnType<typeof createLocalJWKSet>) => {
    const currentDate = new Date(server.clock.now())
    expect((await jwtVerify(token, keySet, { currentDate })).payload.sub).toBe(ada.userId)
    const answer = await environment.browser().get('/v1/me', { authorization: `Bearer ${token}` })
    expect(answer.status).toBe(200)
  }

  const before = await minted()
  await environment.sdk.signingKeys.rotate()
  const during = await fetched()
  await verifies(before, during)
  server.clock.advance({ minutes: 59, seconds: 40 })
  const last = await minted()
  server.clock.advance({ seconds: 30 })
  // Signed by the old key and still good, when the new one signs already; and the cached set knows both.
  await verifies(last, during)
  await verifies(last, await fetched())
  const first = await minted()
  expect(decodeProtectedHeader(first).kid).not.toBe(decodeProtectedHeader(last).kid)
  await verifies(first, during)
})

test('signingKeys.rotate answers 409 while the next key waits, and takes another one afterwards', async () => {
  const { sdk, signedUp } = await server.environment()
  await signedUp()
  const next = await sdk.signingKeys.rotate()
  await expect(sdk.signingKeys.rotate()).rejects.toMatchObject({
    status: 409,
    code: 'rotation_in_progress',
    detail: `A signing key is published and not yet in use. Wait until ${next.activatesAt}.`,
  })
  expect((await sdk.signingKeys.list()).total).toBe(2)
  server.clock.advance({ minutes: 60 })
  expect((await sdk.signingKeys.rotate()).status).toBe('next')
  expect((await sdk.signingKeys.list()).items.map(({ status }) => status)).toEqual([
    'next',
    'current',
    'retired',
  ])
})

test('signingKeys.rotate makes one key of 20 rotations that arrive together, and records it once', async () => {
  const { sdk, signedUp } = await server.environment()
  await signedUp()
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => sdk.signingKeys.rotate()))
  const refused = answers.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(19)
  for (const { reason } of refused as PromiseRejectedResult[])
    expect(reason.code).toBe('rotation_in_progress')
  expect((await sdk.signingKeys.list()).total).toBe(2)
  const [event, ...more] = (await sdk.events.list({ type: 'signing_key.created' })).items
  expect(more).toEqual([])
  const [next] = (await sdk.signingKeys.list()).items
  expect(event?.data).toEqual({ signingKey: next })
})

test('signingKeys.rotate answers a repetition by idempotency key what it answered first', async () => {
  const { sdk, secretKey } = await server.environment()
  const rotate = async () => {
    const answer = await fetch(`${server.url}/v1/admin/signing-keys/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}`, 'idempotency-key': 'rotate-1' },
    })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  const first = await rotate()
  expect(first.status).toBe(201)
  expect(await rotate()).toEqual(first)
  expect((await sdk.signingKeys.list()).items.map(({ status }) => status)).toEqual(['next', 'current'])
})

test('signingKeys.rotate follows the algorithm that the environment asks for', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await environment.signedUp()
  await sdk.environment.update({ settings: { signingAlgorithm: 'RS256' } })
  // The key in use stays what it is; only the next one follows.
  expect(decodeProtectedHeader((await ada.post('/v1/auth/sessions/refresh')).body.sessionToken).alg).toBe(
    'ES256',
  )
  expect((await sdk.signingKeys.rotate()).algorithm).toBe('RS256')
  server.clock.advance({ minutes: 61 })
  const { body } = await ada.post('/v1/auth/sessions/refresh')
  expect(decodeProtectedHeader(body.sessionToken).alg).toBe('RS256')
  expect((await ada.get('/v1/me')).status).toBe(200)
})

test('signingKeys.rotate gives an environment that has signed nothing its first key, and the next one to it', async () => {
  const environment = await server.environment()
  const next = await environment.sdk.signingKeys.rotate()
  const ada = await environment.signedUp()
  const keys = (await environment.sdk.signingKeys.list()).items
  expect(keys.map(({ id, status }) => [id === next.id, status])).toEqual([
    [true, 'next'],
    [false, 'current'],
  ])
  // The new key stays for good, and the first one leaves: not the other way round.
  server.clock.advance({ hours: 26 })
  const { body } = await ada.post('/v1/auth/sessions/refresh')
  expect(decodeProtectedHeader(body.sessionToken).kid).toBe(next.id)
  expect((await environment.sdk.signingKeys.list()).items.map(({ id }) => id)).toEqual([next.id])
})

test('signingKeys.rotate changes no other environment', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  await Promise.all([one.signedUp(), other.signedUp()])
  await one.sdk.signingKeys.rotate()
  expect((await other.sdk.signingKeys.list()).items).toMatchObject([{ status: 'current', expiresAt: null }])
})
