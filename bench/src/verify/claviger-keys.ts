import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { fetchAnswer } from '../comparisons/verify-answers.js'
import { claviger, timedIdSql } from '../contenders/claviger.js'
import type { RequestSpec, RunningServer } from '../contenders/contender.js'
import { postJson } from '../wires/wire.js'
import type { KeyContender } from './key-contender.js'
import { checkedIndexes, keysPerUser, seedKeySql } from './seed-key.js'

const usersPerInsert = 1_000

/** Claviger with API keys of its users, for an API with two scopes. */
export const clavigerKeys: KeyContender = {
  name: claviger.name,
  version: claviger.version,
  configuration: claviger.configuration,
  slug: claviger.slug,
  seed,
  start: claviger.start,
  // What is in the rows of keys, and what is noted to be added to them.
  countSql: `
    select (select sum(verification_count) from claviger.api_keys) +
           (select coalesce(sum(n), 0) from claviger.api_key_count_journal, unnest(times) as n) as count`,
}

async function seed(databaseUrl: string, keyCount: number, onProgress: (keyCountDone: number) => void) {
  const { userIds } = await claviger.seed(databaseUrl, keyCount / keysPerUser, () => {})
  const pool = new Pool({ connectionString: databaseUrl, options: '-c search_path=claviger,public', max: 2 })
  try {
    const apiId = randomUUID()
    await pool.query(insertApiSql, [apiId])
    for (let first = 0; first < userIds.length; first += usersPerInsert) {
      const owners = userIds.slice(first, first + usersPerInsert)
      await pool.query(insertKeysSql, [apiId, owners, first * keysPerUser, keyCount])
      onProgress((first + owners.length) * keysPerUser)
    }
    const { rows } = await pool.query<{ index: number; id: string }>(
      'select substr(name, 5)::int as index, id from api_keys where name = any($1)',
      [checkedIndexes(keyCount).map((index) => `Key ${index}`)],
    )
    return new Map(rows.map(({ index, id }) => [index, id]))
  } finally {
    await pool.end()
  }
}

/** In the default environment. */
const insertApiSql = `
  with api as (
    insert into apis (environment_id, id, name, audience)
    select e.id, $1, 'Weather', 'https://weather.bench.example'
    from environments e join projects p on p.id = e.project_id where p.is_default and e.name = 'live'
    returning environment_id, id
  )
  insert into api_scopes (environment_id, id, api_id, key)
  select environment_id, gen_random_uuid(), id, unnest(array['read:forecasts', 'write:forecasts']) from api`

/** Rows as the API leaves them: newest last, ids that sort by time, ten keys to each of the users. */
const insertKeysSql = `
  with numbered as (
    select $3::int + (place::int - 1) * ${keysPerUser} + k as n, user_id
    from unnest($2::uuid[]) with ordinality as owners (user_id, place), generate_series(0, ${keysPerUser - 1}) as k
  ), made as (
    select n, user_id, now() - ($4::int - n) * interval '1 second' as created_at, ${seedKeySql('n')} as key
    from numbered
  )
  insert into api_keys (environment_id, id, api_id, name, user_id, prefix, suffix, hash, scopes, created_at, updated_at)
  select (select environment_id from apis where id = $1), ${timedIdSql('api-key')}, $1, 'Key ' || n, user_id,
         left(key, 16), right(key, 4), sha256(key::bytea), array['read:forecasts', 'write:forecasts'],
         created_at, created_at
  from made order by n`

/** The credential of Kinde's clients: a token of an application that may do what a service needs that verifies keys. */
export async function machineToken(server: RunningServer): Promise<Readonly<Record<string, string>>> {
  const ask = async <Answer>(request: RequestSpec) => JSON.parse(await fetchAnswer(server, request)) as Answer
  const { apis } = await ask<{ apis: { id: string; isManagement: boolean }[] }>({
    method: 'GET',
    path: '/v1/admin/apis',
  })
  const { application, clientSecret } = await ask<{ application: { id: string }; clientSecret: string }>(
    postJson('/v1/admin/applications', { name: 'Benchmark', type: 'm2m' }),
  )
  const managementApi = apis.find(({ isManagement }) => isManagement)
  await ask({
    ...postJson(`/v1/admin/applications/${application.id}/apis/${managementApi?.id}`, {
      scopes: ['read:api_keys'],
    }),
    method: 'PUT',
  })
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: application.id,
    client_secret: clientSecret,
    audience: `${server.url}/api`,
  })
  const { access_token: token } = await ask<{ access_token: string }>({
    method: 'POST',
    path: '/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    isAnonymous: true,
  })
  return { authorization: `Bearer ${token}` }
}
