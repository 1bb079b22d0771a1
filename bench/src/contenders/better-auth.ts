import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { betterAuth as createBetterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Pool } from 'pg'
import { startServerProcess, typescriptCommand } from '../processes/server-process.js'
import { betterAuthOptions } from './better-auth-options.js'
import type { Contender, Seeded } from './contender.js'
import { seedEmail, seedEmailSql } from './seed-user.js'

// The package does not export its own package.json, which stands one directory above the entry point.
const manifestUrl = new URL('../package.json', import.meta.resolve('better-auth'))
const { version } = JSON.parse(readFileSync(manifestUrl, 'utf8')) as { version: string }

const rowsPerInsert = 10_000

// Both live for one run: the seed creates the administrator with them, each start signs in with them.
const secret = randomBytes(32).toString('base64url')
const password = randomBytes(16).toString('base64url')

/** Better Auth with its admin plugin, on a pool of eight connections. */
export const betterAuth: Contender = {
  name: 'Better Auth',
  version,
  configuration:
    'admin plugin, NODE_ENV=production, node:http, a `pg` pool of 8, rate limiting and telemetry off, ' +
    "everything else at its default; the caller is an administrator's session, signed in once, as a cookie",
  slug: 'better_auth',
  seed,
  start,
}

async function seed(
  databaseUrl: string,
  userCount: number,
  onProgress: (userCountDone: number) => void,
): Promise<Seeded> {
  const pool = new Pool({ connectionString: databaseUrl, max: 2 })
  try {
    const options = betterAuthOptions({ pool, baseUrl: 'http://127.0.0.1', secret })
    await (await getMigrations(options)).runMigrations()

    // The administrator is user 0, so that the total is the count that was asked for, and no more.
    const created = await createBetterAuth(options).api.signUpEmail({
      body: { email: seedEmail(0), password, name: 'Administrator' },
    })
    await pool.query(`update "user" set role = 'admin' where id = $1`, [created.user.id])

    for (let first = 1; first < userCount; first += rowsPerInsert) {
      const last = Math.min(first + rowsPerInsert, userCount) - 1
      await pool.query(insertUsersSql, [first, last])
      onProgress(last + 1)
    }
    const { rows } = await pool.query<{ id: string }>('select id from "user" order by email')
    return { userIds: rows.map((row) => row.id) }
  } finally {
    await pool.end()
  }
}

/**
 * Rows as sign-up through the admin plugin leaves them. The peer's ids are 32 random characters; the MD5
 * of the index has that length and that scatter over the primary key.
 */
const insertUsersSql = `
  insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", role, banned)
  select md5('better-auth-' || n), 'User ' || n, ${seedEmailSql('n')}, true,
         now() - n * interval '1 minute', now() - n * interval '1 minute', 'user', false
  from generate_series($1::int, $2::int) as n`

async function start({ databaseUrl, cpu }: { databaseUrl: string; cpu: number | null }) {
  const server = await startServerProcess({
    name: betterAuth.name,
    command: typescriptCommand(fileURLToPath(new URL('./better-auth-server.ts', import.meta.url))),
    cpu,
    readyPath: '/api/auth/ok',
    env: ({ url }) => ({ DATABASE_URL: databaseUrl, BENCH_URL: url, BETTER_AUTH_SECRET: secret }),
  })
  try {
    return { ...server, headers: { cookie: await signIn(server.url) } }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: seedEmail(0), password }),
  })
  if (!response.ok) {
    throw new Error(`Better Auth refused the sign-in: ${response.status} ${await response.text()}`)
  }
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}
