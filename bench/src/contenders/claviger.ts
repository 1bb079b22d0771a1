import { type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '@claviger/server/migrate'
import { hashPassword } from '@claviger/server/password'
import { createSeal } from '@claviger/server/seal'
import { generateSigningKey, sealContext } from '@claviger/server/signing-key'
import { Pool } from 'pg'
import { nodeCommand, startServerProcess } from '../processes/server-process.js'
import type { Contender, Seeded } from './contender.js'
import { lastPasswordIndex, seedEmailSql, seedPassword } from './seed-user.js'

const rowsPerInsert = 10_000
// As in tools/start.mjs.
const nodeOptions = ['--max-semi-space-size=32']
const serverFile = fileURLToPath(new URL('../../../packages/server/dist/run.js', import.meta.url))

// It lives for one run: every start opens what the one before it has sealed.
const masterKey = randomBytes(32)

/** Claviger as `npm start` runs it, on an existing PostgreSQL. */
export const claviger: Contender = {
  name: 'Claviger',
  version: '0.1.0',
  configuration:
    'NODE_ENV=production, one process with API and worker, started with the options of `npm start`, everything at ' +
    'its default but the guard against runaway callers, which is raised out of the way, and the trusted proxy, which ' +
    'is the load generator; the caller is a secret key, as a bearer token',
  slug: 'claviger',
  seed,
  start,
}

async function seed(
  databaseUrl: string,
  userCount: number,
  onProgress: (userCountDone: number) => void,
): Promise<Seeded> {
  await migrate(databaseUrl)
  const pool = new Pool({ connectionString: databaseUrl, options: '-c search_path=claviger,public', max: 2 })
  try {
    const environmentId = await insertDefaultProject(pool)
    for (let first = 0; first < userCount; first += rowsPerInsert) {
      const last = Math.min(first + rowsPerInsert, userCount) - 1
      await pool.query(insertUsersSql, [environmentId, first, last, userCount])
      onProgress(last + 1)
    }
    await pool.query(insertPasswordsSql, [environmentId, lastPasswordIndex, await hashPassword(seedPassword)])
    const signer = await insertSigningKey(pool, environmentId)
    const { rows } = await pool.query<{ user_id: string; session_id: string }>(
      'select m.user_id, s.id as session_id from user_emails m join sessions s using (environment_id, user_id) ' +
        'order by m.email',
    )
    return {
      userIds: rows.map((row) => row.user_id),
      sessionHeaders: (index, url) => {
        const claims = { env: environmentId, sub: rows[index]?.user_id, sid: rows[index]?.session_id }
        return { authorization: `Bearer ${sessionToken(signer, url, claims)}` }
      },
    }
  } finally {
    await pool.end()
  }
}

async function insertDefaultProject(pool: Pool): Promise<string> {
  const [projectId, liveId] = [randomUUID(), randomUUID()]
  await pool.query(
    "insert into projects (id, slug, name, is_default) values ($1, 'default', 'Default', true)",
    [projectId],
  )
  await pool.query("insert into environments (id, project_id, name) values ($1, $2, 'live')", [
    liveId,
    projectId,
  ])
  return liveId
}

type Signer = { readonly keyId: string; readonly privateKey: KeyObject }

/** The key that the environment signs with, as the server makes one when it first needs it. */
async function insertSigningKey(pool: Pool, environmentId: string): Promise<Signer> {
  const keyId = randomUUID()
  const { publicKey, privateKey } = await generateSigningKey('ES256')
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'ES256', use: 'sig' }
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
  await pool.query(
    'insert into signing_keys (environment_id, id, algorithm, public_jwk, private_key_sealed, activates_at) ' +
      "values ($1, $2, 'ES256', $3, $4, now())",
    [environmentId, keyId, jwk, createSeal(masterKey).seal(pkcs8, sealContext(environmentId, keyId))],
  )
  return { keyId, privateKey }
}

/**
 * A session token (RFC 7519) of now, as a refresh would answer it. It lives for a minute, so it is made before
 * each load, and here, because thousands of refreshes would be a load of their own.
 */
function sessionToken({ keyId, privateKey }: Signer, issuer: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const issuedAt = Math.floor(Date.now() / 1_000)
  const header = { alg: 'ES256', kid: keyId, typ: 'JWT' }
  const signed = `${part(header)}.${part({ ...claims, iss: issuer, iat: issuedAt, exp: issuedAt + 60 })}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

/** For the users from 1 on: their addresses are in the order of their numbers. */
const insertPasswordsSql = `
  insert into user_passwords (environment_id, user_id, hash)
  select environment_id, user_id, $3 from user_emails
  where environment_id = $1 order by email offset 1 limit $2`

/** Rows as sign-up leaves them: newest last, ids that sort by time, one verified address and one session each. */
const insertUsersSql = `
  with numbered as (
    select n, now() - ($4::int - n) * interval '1 minute' as created_at
    from generate_series($2::int, $3::int) as n
  ), made as (
    select n, created_at, ${timedIdSql('user')} as id, ${timedIdSql('session')} as session_id from numbered
  ), users_made as (
    insert into users (environment_id, id, created_at, updated_at)
    select $1, id, created_at, created_at from made order by n
  ), emails_made as (
    insert into user_emails (environment_id, user_id, email, is_primary, verified_at, created_at)
    select $1, id, ${seedEmailSql('n')}, true, created_at, created_at from made order by n
  )
  insert into sessions (environment_id, id, user_id, expires_at, created_at, refreshed_at)
  select $1, session_id, id, now() + interval '30 days', created_at, created_at from made order by n`

/** An UUIDv7 (RFC 9562 section 5.7) of `created_at`, with digits of a hash where it has random ones. */
export function timedIdSql(noun: string): string {
  const hash = `md5('${noun}-' || n)`
  return `(
    lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(${hash}, 1, 3) ||
    '8' || substr(${hash}, 4, 15))::uuid`
}

async function start({ databaseUrl, cpu }: { databaseUrl: string; cpu: number | null }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'claviger-bench-'))
  const server = await startServerProcess({
    name: claviger.name,
    command: nodeCommand(serverFile, nodeOptions),
    cpu,
    readyPath: '/readyz',
    env: ({ port, url }) => ({
      CLAVIGER_PORT: String(port),
      CLAVIGER_PUBLIC_URL: url,
      CLAVIGER_DATABASE_URL: databaseUrl,
      CLAVIGER_DATA_DIR: dataDir,
      CLAVIGER_MASTER_KEY: masterKey.toString('hex'),
      CLAVIGER_REQUESTS_PER_MINUTE: '100000000',
      CLAVIGER_TRUSTED_PROXIES: '127.0.0.1',
    }),
  })
  const stop = async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    return { ...server, stop, headers: { authorization: `Bearer ${await createKey(server.url, dataDir)}` } }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Makes a secret key as the operator on the host does. */
async function createKey(url: string, dataDir: string): Promise<string> {
  const { token } = JSON.parse(await readFile(join(dataDir, 'operator.json'), 'utf8')) as { token: string }
  const response = await fetch(`${url}/v1/admin/secret-keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'claviger-environment': 'default/live',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'Benchmark' }),
  })
  const { secret } = (await response.json()) as { secret?: string }
  if (!secret) throw new Error(`Claviger made no key: ${response.status}.`)
  return secret
}
