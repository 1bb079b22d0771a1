import type { TestEnvironment, TestServer } from '@claviger/server/testing'
import { newId } from '#kernel/ids'

/** An API with the scopes that the tests of keys name. */
export async function insertApi(
  { owner }: TestServer,
  { id: environmentId }: TestEnvironment,
  scopes: readonly string[] = ['read:users', 'write:users'],
): Promise<string> {
  const apiId = newId()
  await owner.query('insert into apis (environment_id, id, name, audience) values ($1, $2, $3, $4)', [
    environmentId,
    apiId,
    'Weather',
    `https://${apiId}.example.com`,
  ])
  await owner.query(
    `insert into api_scopes (environment_id, id, api_id, key)
     select $1, gen_random_uuid(), $2, scope from unnest($3::text[]) as scope`,
    [environmentId, apiId, scopes],
  )
  return apiId
}
