import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { appendEvent } from '#platform/db/append-event'
import { aboveEnvironments } from '#platform/db/database'
import { statement } from '#platform/db/statement'
import { type Purge, purgeDue } from './purge-due.js'

const server = testServer()
const forever = new AbortController().signal

const purge: Purge = {
  transaction: (work) => server.database.transaction(aboveEnvironments, work),
  record: (tx, data) =>
    appendEvent(tx, { type: 'project.purged', data, principal: 'system', requestId: null }),
}

async function rowsOf(environmentId: string, table = 'users'): Promise<number> {
  const { rows } = await server.owner.query(
    `select count(*)::int as n from ${table} where environment_id = $1`,
    [environmentId],
  )
  return rows[0].n
}

/** A project with users and a little of everything that comes with them. */
async function furnished(usersMax = 12) {
  const environment = await server.environment()
  const { sdk } = environment
  await environment.signedUp()
  const users = await Promise.all(Array.from({ length: usersMax - 1 }, () => sdk.users.create({})))
  await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: users[0]?.id })
  return { ...environment, slug: environment.name.split('/')[0] ?? '' }
}

test('projects.purge deletes the project at once, and removes nothing before the job does', async () => {
  const { operator, projectId, slug, id, sdk } = await furnished()
  const project = await operator.projects.purge(projectId, { confirm: slug })
  expect(project).toMatchObject({
    status: 'purging',
    purge: { requestedAt: project.updatedAt, removedRows: 0 },
  })
  await expect(sdk.users.list()).rejects.toMatchObject({ status: 401 })
  expect(await operator.projects.get(projectId, { includeDeleted: true })).toEqual(project)
  expect(await rowsOf(id)).toBe(12)
})

test('projects.purge of a project that is being purged changes and records nothing', async () => {
  const { operator, projectId, slug } = await furnished(1)
  const project = await operator.projects.purge(projectId, { confirm: slug })
  server.clock.advance({ seconds: 1 })
  expect(await operator.projects.purge(projectId, { confirm: slug })).toEqual(project)
  const { events } = await operator.instanceEvents.list({ type: 'project.purge_requested', limit: 100 })
  expect(events.filter(({ data }) => (data.project as { id: string }).id === projectId)).toHaveLength(1)
})

test('projects.purge refuses what is not confirmed, and the default', async () => {
  const { operator, projectId, slug } = await furnished(1)
  for (const confirm of ['', 'x', slug.toUpperCase(), `${slug} `, projectId]) {
    await expect(operator.projects.purge(projectId, { confirm })).rejects.toMatchObject({
      status: 400,
      code: 'confirmation_mismatch',
      detail: `What is removed for good must be confirmed: send \`confirm\` as “${slug}”.`,
    })
  }
  expect((await operator.projects.get(projectId)).status).toBe('active')
  const { projects } = await operator.projects.list({ slug: 'default' })
  const [{ id } = { id: '' }] = projects
  await expect(operator.projects.purge(id, { confirm: 'default' })).rejects.toMatchObject({
    status: 409,
    code: 'project_is_default',
  })
})

test('the job begins when no request can be at work in the project any more', async () => {
  const { operator, projectId, slug, id } = await furnished()
  await operator.projects.purge(projectId, { confirm: slug })
  server.clock.advance({ seconds: 59 })
  await server.runJob('purge_projects')
  expect(await rowsOf(id)).toBe(12)
  server.clock.advance({ seconds: 1 })
  await server.runJob('purge_projects')
  expect(await rowsOf(id)).toBe(0)
  const { events } = await operator.instanceEvents.list({ type: 'project.purged', limit: 1 })
  expect(events).toMatchObject([
    { actor: { type: 'system', id: null }, data: { project: { id: projectId } } },
  ])
})

test('purgeDue removes a project in batches, records it once, and frees its slug', async () => {
  const { operator, projectId, slug, id } = await furnished()
  await operator.projects.purge(projectId, { confirm: slug })
  server.clock.advance({ minutes: 1 })
  const shown: number[] = []
  const watched: Purge = {
    ...purge,
    async transaction(work) {
      const answer = await purge.transaction(work)
      const found = await operator.projects.get(projectId, { includeDeleted: true }).catch(() => undefined)
      if (found) shown.push(found.purge?.removedRows ?? 0)
      return answer
    },
  }
  await purgeDue(watched, forever, 7)
  expect(shown.length).toBeGreaterThan(4)
  expect(shown.slice(0, 3)).toEqual([7, 14, 21])
  expect(shown).toEqual(shown.toSorted((a, b) => a - b))
  expect(await rowsOf(id)).toBe(0)
  await expect(operator.projects.get(projectId, { includeDeleted: true })).rejects.toMatchObject({
    code: 'project_not_found',
  })
  const { events } = await operator.instanceEvents.list({ type: 'project.purged', limit: 100 })
  const of = events.filter(({ data }) => (data.project as { id: string }).id === projectId)
  expect(of).toMatchObject([
    { actor: { type: 'system', id: null }, data: { project: { slug, status: 'purging' } } },
  ])
  expect(await operator.projects.create({ slug, name: 'Again' })).toMatchObject({ slug })
})

test('purgeDue leaves projects alone that are deleted, or recovered, or were never deleted', async () => {
  const [deleted, recovered, untouched] = await Promise.all([furnished(2), furnished(2), furnished(2)])
  await deleted.operator.projects.delete(deleted.projectId)
  await recovered.operator.projects.delete(recovered.projectId)
  await recovered.operator.projects.recover(recovered.projectId)
  server.clock.advance({ days: 365 })
  await purgeDue(purge, forever)
  for (const { id } of [deleted, recovered, untouched]) expect(await rowsOf(id)).toBe(2)
  expect(await deleted.operator.projects.recover(deleted.projectId)).toMatchObject({ status: 'active' })
})

test('purgeDue whose worker is killed in the middle of a batch is finished by the next', async () => {
  const { operator, projectId, slug, id } = await furnished()
  await operator.projects.purge(projectId, { confirm: slug })
  server.clock.advance({ minutes: 1 })
  let batches = 0
  const dying: Purge = {
    ...purge,
    transaction: (work) =>
      purge.transaction(async (tx) => {
        const answer = await work(tx)
        // What a killed process leaves to the database: a connection that is gone before its commit.
        if (++batches === 4) await tx.run(statement('select pg_terminate_backend(pg_backend_pid())', []))
        return answer
      }),
  }
  await expect(purgeDue(dying, forever, 5)).rejects.toThrow()
  const { purge: progress } = await operator.projects.get(projectId, { includeDeleted: true })
  expect(progress?.removedRows).toBe(15)
  await purgeDue(purge, forever)
  expect(await rowsOf(id)).toBe(0)
  await expect(operator.projects.get(projectId, { includeDeleted: true })).rejects.toMatchObject({
    status: 404,
  })
})

test('purgeDue of several workers at once removes everything, and records each project once', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => furnished(5)))
  for (const { operator, projectId, slug } of made)
    await operator.projects.purge(projectId, { confirm: slug })
  server.clock.advance({ minutes: 1 })
  await Promise.all(Array.from({ length: 4 }, () => purgeDue(purge, forever, 3)))
  await purgeDue(purge, forever)
  const { events } = (await made[0]?.operator.instanceEvents.list({
    type: 'project.purged',
    limit: 100,
  })) ?? {
    events: [],
  }
  const purged = events.map(({ data }) => (data.project as { id: string }).id)
  for (const { id, projectId } of made) {
    expect(await rowsOf(id)).toBe(0)
    expect(purged.filter((each) => each === projectId)).toHaveLength(1)
  }
})

test('purgeDue stops between two batches when it is told to', async () => {
  const { operator, projectId, slug, id } = await furnished()
  await operator.projects.purge(projectId, { confirm: slug })
  server.clock.advance({ minutes: 1 })
  const stop = new AbortController()
  const stopping: Purge = {
    ...purge,
    transaction: (work) => purge.transaction(work).finally(() => stop.abort()),
  }
  await purgeDue(stopping, stop.signal, 5)
  const { purge: progress } = await operator.projects.get(projectId, { includeDeleted: true })
  expect(progress?.removedRows).toBe(5)
  await purgeDue(purge, forever)
  expect(await rowsOf(id)).toBe(0)
})
