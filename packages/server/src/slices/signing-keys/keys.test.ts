import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { currentSigner } from './keys.js'

const server = testServer()

test('currentSigner makes one key of 20 sign-ups that are the first of their environment', async () => {
  const environment = await server.environment()
  await Promise.all(Array.from({ length: 20 }, () => environment.signedUp()))
  const { items } = await environment.sdk.signingKeys.list()
  expect(items).toMatchObject([{ status: 'current', expiresAt: null }])
})

test('currentSigner finds the key of a transaction that began after its own and was done before it', async () => {
  const { id } = await server.environment()
  const clockOf = (tx: Transaction) =>
    tx.one({ compile: () => ({ sql: 'select now()::text as now', parameters: [] }) })
  const callWith = (tx: Call['tx']) =>
    ({
      environment: { id, settings: { signingAlgorithm: 'ES256' } },
      seal: server.seal,
      read: server.database.read(id),
      tx,
    }) as unknown as Call

  let begun = () => {}
  let goOn = () => {}
  const hasBegun = new Promise<void>((resolve) => (begun = resolve))
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve))
  const early = currentSigner(
    callWith((work) =>
      server.database.transaction(id, async (tx) => {
        await clockOf(tx)
        begun()
        await mayGoOn
        return work(tx)
      }),
    ),
  )
  await hasBegun
  // The instant of a transaction is that of its beginning, in milliseconds: this one's is a later one.
  const beganAt = Date.now()
  while (Date.now() < beganAt + 3);
  const late = await currentSigner(callWith((work) => server.database.transaction(id, work)))
  goOn()
  expect((await early).keyId).toBe(late.keyId)
  const { rows } = await server.owner.query(
    'select id, expires_at from signing_keys where environment_id = $1',
    [id],
  )
  expect(rows).toEqual([{ id: late.keyId, expires_at: null }])
})

test('signing keys are at rest only sealed, each for its own environment and id', async () => {
  for (const signingAlgorithm of ['ES256', 'RS256'] as const) {
    const environment = await server.environment({ settings: { signingAlgorithm } })
    await environment.signedUp()
    const { rows } = await server.owner.query('select * from signing_keys where environment_id = $1', [
      environment.id,
    ])
    const [{ id, public_jwk, private_key_sealed: sealed }] = rows
    const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi']
    expect(Object.keys(public_jwk).filter((member) => secretMembers.includes(member))).toEqual([])
    const context = `signing-key/${environment.id}/${id}`
    const pkcs8 = server.seal.open(sealed, context)
    expect(sealed.includes(pkcs8.subarray(-32))).toBe(false)
    // A sealed key that was moved to another row, or altered, does not open.
    expect(() => server.seal.open(sealed, `signing-key/${environment.id}/${crypto.randomUUID()}`)).toThrow()
    expect(() => server.seal.open(sealed, `signing-key/${crypto.randomUUID()}/${id}`)).toThrow()
    const altered = Buffer.from(sealed)
    altered[sealed.length - 1] = (altered[sealed.length - 1] ?? 0) ^ 1
    expect(() => server.seal.open(altered, context)).toThrow()
  }
})
