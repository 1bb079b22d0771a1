import { randomBytes } from 'node:crypto'
import { createTestDatabase } from '@claviger/server/testing'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createSeal } from '#kernel/seal'
import { bootstrap } from './bootstrap.js'

test('bootstrap makes the same projects however often and at whatever time it runs', async () => {
  const database = await createTestDatabase()
  const owner = new pg.Pool({ connectionString: database.url, options: '-c search_path=claviger,public' })
  onTestFinished(async () => {
    await owner.end()
    await database.drop()
  })
  const seal = createSeal(randomBytes(32))
  const projects = async () => {
    const { rows } = await owner.query(
      'select p.id, slug, is_default, e.name, e.settings from projects p join environments e on e.project_id = p.id order by slug, e.name',
    )
    return rows
  }
  await Promise.all([bootstrap(database.url, seal), bootstrap(database.url, seal)])
  const first = await projects()
  expect(first.map(({ slug, name, is_default }) => [slug, name, is_default])).toEqual([
    ['@instance', 'live', false],
    ['default', 'live', true],
    ['default', 'test', true],
  ])
  await bootstrap(database.url, seal)
  expect(await projects()).toEqual(first)

  // An installation from before there were administrators gets what they need, and settings of before are replaced.
  await owner.query("delete from projects where slug = '@instance'")
  await bootstrap(database.url, seal)
  expect(await projects()).toEqual(first)
  await owner.query(
    "update environments set settings = '{}' from projects p where p.id = project_id and slug = '@instance'",
  )
  await bootstrap(database.url, seal)
  expect(await projects()).toEqual(first)
})
