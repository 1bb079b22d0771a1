import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { query, type RawBuilder, sql } from './build.js'

const server = testServer()

// Behind row-level security the planner takes an index only for leak-proof comparisons, which is easily lost.
test.each([
  [
    'an address',
    sql`select from user_emails m where m.email_key = lower('N4@example.com')`,
    'user_emails_email',
  ],
  ['a username', sql`select from users u where u.username_key = lower('N4')`, 'users_username'],
  ['an external id', sql`select from users u where u.external_id = 'n4'`, 'users_external_id'],
])('%s is found by its index, behind the wall', async (_what, select: RawBuilder<unknown>, index) => {
  const { id } = await server.environment()
  await server.owner.query(
    `with made as (
       insert into users (environment_id, id, username, external_id)
       select $1, gen_random_uuid(), 'n' || n, 'n' || n from generate_series(1, 3000) n
       returning environment_id, id, username
     )
     insert into user_emails (environment_id, user_id, email, is_primary)
     select environment_id, id, username || '@example.com', true from made`,
    [id],
  )
  await server.owner.query('analyze users, user_emails')
  const plan = await server.database
    .read(id)
    .many(query<{ 'QUERY PLAN': string }>`explain ${select} and environment_id = ${id}`)
  const text = plan.map((line) => line['QUERY PLAN']).join('\n')
  expect(text).toContain(index)
  expect(text).not.toContain('Seq Scan on user')
})
