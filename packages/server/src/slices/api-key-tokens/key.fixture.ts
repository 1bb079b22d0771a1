import type { TestEnvironment, TestServer } from '@claviger/server/testing'
import { newId } from '#kernel/ids'
import { hashSecret, makeSecret } from '#kernel/secret'

export const audience = 'https://api.example.com'

/** An API with two scopes that keys can be for. */
export async function makeApi(
  { owner }: TestServer,
  { id: environmentId }: TestEnvironment,
  name = audience,
) {
  const id = newId()
  await owner.query('insert into apis (environment_id, id, name, audience) values ($1, $2, $3, $3)', [
    environmentId,
    id,
    name,
  ])
  return id
}

/** A key as it stands in the table, whatever its terms. */
export async function makeKey(
  { owner }: TestServer,
  { id: environmentId }: TestEnvironment,
  apiId: string,
  terms: Record<string, unknown> = {},
) {
  const secret = makeSecret('k_test_')
  const row: Record<string, unknown> = {
    environment_id: environmentId,
    id: newId(),
    api_id: apiId,
    name: 'Key',
    hash: hashSecret(secret),
    scopes: ['read:users'],
    ...terms,
  }
  const names = Object.keys(row)
  await owner.query(
    `insert into api_keys (${names}) values (${names.map((_, i) => `$${i + 1}`)})`,
    Object.values(row),
  )
  return { secret, id: row.id as string }
}

/** Exchanges a key as its holder does, for the token or for why there is none. */
export async function exchange(environment: TestEnvironment, apiKey: string, rest: object = {}) {
  const { status, body, headers } = await environment
    .browser()
    .post('/v1/api-keys/token', { apiKey, ...rest })
  return { status, headers, body, token: body.token as string }
}
