import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, recorded } from './company.fixture.js'

const server = testServer()

test('orgs.get shows a member its role and the public metadata, and nothing of the private', async () => {
  const environment = await server.environment()
  const { id, path, member } = await foundCompany(environment)
  const { publicMetadata } = await environment.sdk.organizations.update(id, {
    publicMetadata: { tier: 'gold' },
    privateMetadata: { crm: 7 },
  })
  const { status, body } = await member.get(path)
  expect(status).toBe(200)
  expect(body.organization).toMatchObject({ id, slug: 'acme', role: 'member', publicMetadata })
  expect(JSON.stringify(body)).not.toMatch(/crm|private/)
})

test('orgs.update lets owner and admin rename, records who did it, and refuses a member', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin, member } = await foundCompany(environment)
  const before = await recorded(environment)

  expect(await member.patch(path, { name: 'Mine' })).toMatchObject({
    status: 403,
    body: { code: 'role_required', detail: 'This needs the role admin in the organization.' },
  })
  expect((await admin.patch(path, { name: 'Acme Industries' })).body.organization).toMatchObject({
    name: 'Acme Industries',
    slug: 'acme',
    role: 'admin',
  })
  expect((await owner.patch(path, { slug: 'ACME-Inc' })).body.organization).toMatchObject({
    name: 'Acme Industries',
    slug: 'acme-inc',
    role: 'owner',
  })

  expect(await environment.sdk.organizations.get(id)).toMatchObject({ slug: 'acme-inc' })
  expect((await recorded(environment)).slice(before.length)).toMatchObject([
    { type: 'organization.updated', actor: { type: 'user', id: admin.userId } },
    { type: 'organization.updated', actor: { type: 'user', id: owner.userId } },
  ])
})

test('orgs.update refuses a taken slug, and lets nobody write metadata', async () => {
  const environment = await server.environment()
  const { path, owner } = await foundCompany(environment)
  await environment.sdk.organizations.create({ name: 'Globex', slug: 'globex' })
  expect(await owner.patch(path, { slug: 'Globex' })).toMatchObject({
    status: 409,
    body: { code: 'organization_slug_taken' },
  })
  expect((await owner.patch(path, { publicMetadata: { tier: 'gold' } })).status).toBe(400)
  expect((await owner.patch(path, { privateMetadata: {} })).status).toBe(400)
})

test('orgs.update of nothing records nothing', async () => {
  const environment = await server.environment()
  const { path, owner } = await foundCompany(environment)
  const before = await recorded(environment)
  expect((await owner.patch(path, {})).status).toBe(200)
  expect(await recorded(environment)).toEqual(before)
})

test('orgs.delete is for owners alone, and recorded once', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin, member } = await foundCompany(environment)
  for (const person of [admin, member]) {
    expect(await person.delete(path)).toMatchObject({
      status: 403,
      body: { code: 'role_required', detail: 'This needs the role owner in the organization.' },
    })
  }
  await expect(environment.sdk.organizations.get(id)).resolves.toMatchObject({ slug: 'acme' })

  expect(await owner.delete(path)).toMatchObject({ status: 200, body: { ok: true } })

  await expect(environment.sdk.organizations.get(id)).rejects.toMatchObject({ status: 404 })
  expect((await owner.delete(path)).status).toBe(404)
  const deletions = (await recorded(environment)).filter(({ type }) => type === 'organization.deleted')
  expect(deletions).toMatchObject([{ actor: { type: 'user', id: owner.userId } }])
})
