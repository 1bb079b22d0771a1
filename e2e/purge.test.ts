import { Claviger } from '@claviger/sdk'
import { createTestDatabase } from '@claviger/server/testing'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createInstallation } from './installation.js'

const database = await createTestDatabase()
const installation = await createInstallation()
const owner = new pg.Pool({ connectionString: database.url, options: '-c search_path=claviger,public' })
owner.on('error', () => {})
afterAll(async () => {
  await installation.remove()
  await owner.end()
  await database.drop()
})

const env = { CLAVIGER_DATABASE_URL: database.url }

async function operator(): Promise<Claviger> {
  return new Claviger({ baseUrl: installation.url, operatorToken: await installation.operatorToken() })
}

/** Has the job run now instead of with the next minute. */
function runJob() {
  return owner.query("select graphile_worker.add_job('purge_projects')")
}

test('a purge that is killed in the middle is finished after the next start, and takes nothing else', {
  timeout: 120_000,
}, async () => {
  await installation.start(env)
  const { projects } = await operator()
  const [gone, kept] = await Promise.all(
    ['gone', 'kept'].map((slug) => projects.create({ slug, name: slug })),
  )
  if (!gone || !kept) throw new Error('Two projects were made.')
  const usersMax = 60_000
  for (const { environments } of [gone, kept]) {
    await owner.query(
      `insert into users (environment_id, id, username)
       select $1, gen_random_uuid(), 'u' || i from generate_series(1, $2) i`,
      [environments[0]?.id, usersMax],
    )
  }
  await projects.purge(gone.id, { confirm: 'gone' })
  await owner.query("update projects set deleted_at = deleted_at - interval '2 minutes' where slug = 'gone'")

  const removed = async () => {
    const { rows } = await owner.query("select purged_rows::int as n from projects where slug = 'gone'")
    return rows[0]?.n as number | undefined
  }
  await runJob()
  await expect.poll(removed, { timeout: 20_000, interval: 1 }).toBeGreaterThan(2_000)
  await installation.signal('SIGKILL')
  expect(await removed()).toBeLessThan(usersMax)

  await installation.start(env)
  const again = await operator()
  expect(await again.projects.get(gone.id, { includeDeleted: true })).toMatchObject({ status: 'purging' })
  await runJob()
  await expect.poll(removed, { timeout: 60_000 }).toBeUndefined()
  const { rows } = await owner.query(
    'select project_id, count(*)::int as n from environments e join users u on u.environment_id = e.id group by 1',
  )
  expect(rows).toEqual([{ project_id: kept.id, n: usersMax }])
  expect((await again.projects.list()).items.map(({ slug }) => slug).sort()).toEqual(['default', 'kept'])
})
