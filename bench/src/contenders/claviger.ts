import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '@claviger/server/migrate'
import { Pool } from 'pg'
import { nodeCommand, startServerProcess } from '../processes/server-process.js'
import type { Contender, Seeded } from './contender.js'
import { seedEmailSql } from './seed-user.js'

const rowsPerInsert = 10_000
// As in tools/start.mjs.
const nodeOptions = ['--max-semi-space-size=32']
const serverFile = fileURLToPath(new URL('../../../packages/server/dist/run.js', import.meta.url))

// It lives for one run: every start opens what the one before it has sealed.
const masterKey = randomBytes(32).toString('hex')

/** Claviger as `npm start` runs it, on an existing PostgreSQL. */
export const claviger: Contender = {
  name: 'Claviger',
  version: '0.1.0',
  configuration:
    'NODE_ENV=production, one process with API and worker, started with the options of `npm start`, everything at ' +
    'its default but the guard against runaway callers, which is raised out of the way; the caller is a secret key, as a bearer token',
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
      await pool.query(insertUsersSql, [environmentId, first, last])
      onProgress(last + 1)
    }
    const { rows } = await pool.query<{ user_id: string }>('select user_id from user_emails order by email')
    return { userIds: rows.map((row) => row.user_id) }
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

/** Rows as sign-up leaves them: newest last, an id that sorts by time, one verified address each. */
const insertUsersSql = `
  with numbered as (
    select n, now() - interval '1 year' + n * interval '1 minute' as created_at
    from generate_series($2::int, $3::int) as n
  ), made as (
    select n, created_at, (
      lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) ||
      '8' || substr(md5(n::text), 4, 15))::uuid as id
    from numbered
  ), users_made as (
    insert into users (environment_id, id, created_at, updated_at)
    select $1, id, created_at, created_at from made order by n
  )
  insert into user_emails (environment_id, user_id, email, is_primary, verified_at, created_at)
  select $1, id, ${seedEmailSql('n')}, true, created_at, created_at from made order by n`

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
      CLAVIGER_MASTER_KEY: masterKey,
      CLAVIGER_REQUESTS_PER_MINUTE: '100000000',
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
