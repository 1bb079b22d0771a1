import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { migrate, version } from '@claviger/bench-better-auth-api-key'
import { Pool } from 'pg'
import { seedEmailSql } from '../contenders/seed-user.js'
import { startServerProcess, typescriptCommand } from '../processes/server-process.js'
import type { KeyContender } from './key-contender.js'
import { checkedIndexes, keysPerUser, seedKeySql } from './seed-key.js'

const keysPerInsert = 10_000
const surroundings =
  'NODE_ENV=production, `auth.api.verifyApiKey` as its documentation calls it, behind a node:http server that only ' +
  'reads the body and writes the answer, and asks for no credential of the caller; a `pg` pool of 8, rate limiting ' +
  'and telemetry off, everything else at its default'
// It lives for one run.
const secret = randomBytes(32).toString('base64url')

/** Better Auth as a server for users and organizations, whose keys it verifies. */
export const betterAuthKeys = betterAuth({
  name: 'Better Auth',
  plugins: 'API-key, admin, organization and bearer plugins',
  isAlone: false,
})

/** The same with nothing but what verifies keys. */
export const betterAuthKeysAlone = betterAuth({
  name: 'Better Auth, API-key plugin alone',
  plugins: 'the same without the other three plugins',
  isAlone: true,
})

/** On a pool of eight connections; the database is the same with fewer plugins. */
function betterAuth({
  name,
  plugins,
  isAlone,
}: {
  name: string
  plugins: string
  isAlone: boolean
}): KeyContender {
  return {
    name,
    version,
    configuration: isAlone ? plugins : `${plugins}, ${surroundings}`,
    slug: 'better_auth',
    seed,
    start: ({ databaseUrl, cpu }) =>
      startServerProcess({
        name,
        command: typescriptCommand(
          fileURLToPath(import.meta.resolve('@claviger/bench-better-auth-api-key/server')),
        ),
        cpu,
        readyPath: '/ready',
        env: ({ url }) => ({
          DATABASE_URL: databaseUrl,
          BENCH_URL: url,
          BETTER_AUTH_SECRET: secret,
          IS_ALONE: String(isAlone),
        }),
      }).then((server) => ({ ...server, headers: {} })),
  }
}

async function seed(databaseUrl: string, keyCount: number, onProgress: (keyCountDone: number) => void) {
  const pool = new Pool({ connectionString: databaseUrl, max: 2 })
  try {
    await migrate(pool)
    await pool.query(insertUsersSql, [keyCount / keysPerUser])
    for (let first = 0; first < keyCount; first += keysPerInsert) {
      const last = Math.min(first + keysPerInsert, keyCount) - 1
      await pool.query(insertKeysSql, [first, last])
      onProgress(last + 1)
    }
    const { rows } = await pool.query<{ index: number; id: string }>(
      'select substr(name, 5)::int as index, id from apikey where name = any($1)',
      [checkedIndexes(keyCount).map((index) => `Key ${index}`)],
    )
    return new Map(rows.map(({ index, id }) => [index, id]))
  } finally {
    await pool.end()
  }
}

/** The peer's ids are 32 random characters; the MD5 of the index has that length and that scatter. */
const insertUsersSql = `
  insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
  select md5('user-' || n), 'User ' || n, ${seedEmailSql('n')}, true, now(), now()
  from generate_series(0, $1::int - 1) as n`

/** Rows as the plugin makes them with rate limiting off; what it looks up is the SHA-256 in Base64. */
const insertKeysSql = `
  insert into apikey (id, "configId", name, start, "referenceId", key, enabled, "rateLimitEnabled",
                      "rateLimitTimeWindow", "rateLimitMax", "requestCount", "createdAt", "updatedAt", permissions)
  select md5('key-' || n), 'default', 'Key ' || n, left(made.key, 6), md5('user-' || n / ${keysPerUser}),
         rtrim(translate(encode(sha256(made.key::bytea), 'base64'), '+/', '-_'), '='), true, false,
         86400000, 10, 0, now(), now(), '{"forecasts":["read","write"]}'
  from generate_series($1::int, $2::int) as n, lateral (select ${seedKeySql('n')} as key) as made`
