import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('secretKeys.delete refuses the key at once, and then there is none of its id', async () => {
  const { operator } = await server.environment()
  const { total } = await operator.secretKeys.list()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  await operator.secretKeys.delete(secretKey.id)

  const headers = { authorization: `Bearer ${secret}` }
  const answer = await fetch(`${server.url}/v1/admin/users`, { headers })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ message: 'revoked_api_key' })
  expect((await operator.secretKeys.list()).total).toBe(total)
  const { secretKeys } = operator
  const { id } = secretKey
  for (const again of [
    () => secretKeys.get(id),
    () => secretKeys.update(id, { name: 'x' }),
    () => secretKeys.delete(id),
    () => secretKeys.disable(id),
    () => secretKeys.enable(id),
    () => secretKeys.rotate(id),
    () => secretKeys.deprecate(id),
    () => secretKeys.revoke(id),
    () => secretKeys.listRevocations(id),
  ])
    await expect(again()).rejects.toMatchObject({ status: 404, code: 'secret_key_not_found' })
})

test('secretKeys.delete is recorded with what the key was, and its row stays', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  await operator.secretKeys.delete(secretKey.id)
  const { events } = await operator.events.list({ type: 'secret_key.deleted' })
  expect(events).toMatchObject([{ data: { secretKey } }])
  const { rows } = await server.owner.query('select name from secret_keys where id = $1', [secretKey.id])
  expect(rows).toEqual([{ name: 'Backend' }])
})
