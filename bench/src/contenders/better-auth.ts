import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { betterAuth as createBetterAuth } from 'better-auth'
import { hashPassword } from 'better-auth/crypto'
import { getMigrations } from 'better-auth/db/migration'
import { Pool } from 'pg'
import { startServerProcess, typescriptCommand } from '../processes/server-process.js'
import { betterAuthOptions } from './better-auth-options.js'
import type { Contender, Seeded } from './contender.js'
import { lastPasswordIndex, seedEmail, seedEmailSql, seedPassword } from './seed-user.js'

// The package does not export its own package.json, which stands one directory above the entry point.
const manifestUrl = new URL('../package.json', import.meta.resolve('better-auth'))
const { version } = JSON.parse(readFileSync(manifestUrl, 'utf8')) as { version: string }

const rowsPerInsert = 10_000

// Both live for one run: the seed makes the administrator and the sessions with them, each start signs in.
const secret = randomBytes(32).toString('base64url')
const administratorPassword = randomBytes(16).toString('base64url')

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
      body: { email: seedEmail(0), password: administratorPassword, name: 'Administrator' },
    })
    await pool.query(`update "user" set role = 'admin' where id = $1`, [created.user.id])

    for (let first = 1; first < userCount; first += rowsPerInsert) {
      const last = Math.min(first + rowsPerInsert, userCount) - 1
      await pool.query(insertUsersSql, [first, last])
      onProgress(last + 1)
    }
    await pool.query(insertPasswordsSql, [
      seedEmail(1),
      seedEmail(lastPasswordIndex),
      await hashPassword(seedPassword),
    ])
    await pool.query('delete from session')
    await pool.query(insertSessionsSql)
    const { rows } = await pool.query<{ id: string; token: string }>(
      'select u.id, s.token from "user" u join session s on s."userId" = u.id order by u.email',
    )
    return {
      userIds: rows.map((row) => row.id),
      sessionHeaders: (index) => ({ cookie: sessionCookie(rows[index]?.token ?? '') }),
    }
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

/** The account of a sign-up with a password. */
const insertPasswordsSql = `
  insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
  select md5('account-' || id), id, 'credential', id, $3, "createdAt", "updatedAt"
  from "user" where email between $1 and $2`

/** Its tokens, too, are 32 random characters. A session of today is not due to be extended. */
const insertSessionsSql = `
  insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
  select md5('session-' || id), md5('token-' || id), id, now() + interval '7 days', now(), now(), '', ''
  from "user"`

/** As better-call signs a cookie: the value, its HMAC in base64, and all of it URL-encoded. */
function sessionCookie(token: string): string {
  const signature = createHmac('sha256', secret).update(token).digest('base64')
  return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`
}

async function start({ databaseUrl, cpu }: { databaseUrl: string; cpu: number | null }) {
  const server = await startServerProcess({
    name: betterAuth.name,
    command: typescriptCommand(fileURLToPath(new URL('./better-auth-server.ts', import.meta.url))),
    cpu,
    readyPath: '/api/auth/ok',
    env: ({ url }) => ({ DATABASE_URL: databaseUrl, BENCH_URL: url, BETTER_AUTH_SECRET: secret }),
  })
  try {
    // With a cookie, it accepts a write only from its own origin.
    return { ...server, headers: { cookie: await signIn(server.url), origin: server.url } }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: seedEmail(0), password: administratorPassword }),
  })
  if (!response.ok) {
    throw new Error(`Better Auth refused the sign-in: ${response.status} ${await response.text()}`)
  }
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}
