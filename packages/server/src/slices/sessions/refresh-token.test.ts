import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('the secret of refresh tokens is at rest only sealed, for its own environment', async () => {
  const [environment, other] = await Promise.all([server.environment(), server.environment()])
  const ada = await environment.signedUp()
  await other.signedUp()
  const select = 'select purpose, sealed from environment_secrets where environment_id = $1'
  const [{ purpose, sealed }] = (await server.owner.query(select, [environment.id])).rows
  expect(purpose).toBe('refresh-token')
  const key = server.seal.open(sealed, `environment-secret/${environment.id}/refresh-token`)
  expect(key).toHaveLength(32)
  expect(sealed.includes(key)).toBe(false)
  expect(() => server.seal.open(sealed, `environment-secret/${other.id}/refresh-token`)).toThrow()

  const [{ sealed: sealedOfOther }] = (await server.owner.query(select, [other.id])).rows
  expect(server.seal.open(sealedOfOther, `environment-secret/${other.id}/refresh-token`).equals(key)).toBe(
    false,
  )

  // Neither the key nor a token made with it, nor what proves one, is in any table or in the log.
  const [, proof = ''] = ada.cookies.get('__client')?.split('.') ?? []
  const mac = Buffer.from(proof, 'base64url').subarray(4)
  const { rows: tables } = await server.owner.query(
    "select tablename from pg_tables where schemaname = 'claviger'",
  )
  expect(tables.length).toBeGreaterThan(10)
  let dump = server.log.join('\n')
  for (const { tablename } of tables) {
    const { rows } = await server.owner.query(`select t::text as row from ${tablename} t`)
    dump += rows.map(({ row }) => row).join('\n')
  }
  expect(dump).toContain(ada.userId)
  for (const secret of [key, mac]) {
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(dump).not.toContain(secret.toString(encoding))
  }
  expect(dump).not.toContain(proof)
  expect(dump).not.toContain(ada.cookies.get('__session')?.split('.')[2])
})
