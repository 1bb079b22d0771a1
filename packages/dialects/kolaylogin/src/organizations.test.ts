import { describeAdminCalls } from '../testing/admin-calls.js'

const acme = { id: 'o/1', name: 'Acme', slug: 'acme', createdAt: '2026-11-22T00:00:00.000Z' }
const noContent = { status: 204 }

describeAdminCalls('organizations', [
  {
    title: 'organizations.list without parameters',
    call: (kolay) => kolay.organizations.list(),
    method: 'GET',
    path: '/v1/admin/organizations',
    answer: { status: 200, body: {} },
    returns: { organizations: [], total: 0 },
  },
  {
    title: 'organizations.list with every parameter',
    call: (kolay) => kolay.organizations.list({ offset: 100, limit: 50 }),
    method: 'GET',
    path: '/v1/admin/organizations?limit=50&offset=100',
    answer: { status: 200, body: { organizations: [acme], total: 101 } },
    returns: { organizations: [acme], total: 101 },
  },
  {
    title: 'organizations.create',
    call: (kolay) => kolay.organizations.create({ name: 'Acme', slug: 'acme' }),
    method: 'POST',
    path: '/v1/admin/organizations',
    sends: { name: 'Acme', slug: 'acme' },
    answer: { status: 201, body: { organization: acme } },
    returns: acme,
  },
  {
    title: 'organizations.create with its creator',
    call: (kolay) => kolay.organizations.create({ name: 'Acme', slug: 'acme', createdBy: 'u1' }),
    method: 'POST',
    path: '/v1/admin/organizations',
    sends: { name: 'Acme', slug: 'acme', createdBy: 'u1' },
    answer: { status: 201, body: { organization: acme } },
    returns: acme,
  },
  {
    title: 'organizations.addMember with a role',
    call: (kolay) => kolay.organizations.addMember(acme.id, { userId: 'u1', role: 'admin' }),
    method: 'POST',
    path: '/v1/admin/organizations/o%2F1/memberships',
    sends: { userId: 'u1', role: 'admin' },
    answer: { status: 201, body: { ok: true } },
  },
  {
    title: 'organizations.addMember without a role',
    call: (kolay) => kolay.organizations.addMember(acme.id, { userId: 'u1' }),
    method: 'POST',
    path: '/v1/admin/organizations/o%2F1/memberships',
    sends: { userId: 'u1', role: 'member' },
    answer: noContent,
  },
  {
    title: 'organizations.removeMember',
    call: (kolay) => kolay.organizations.removeMember(acme.id, 'u/1'),
    method: 'DELETE',
    path: '/v1/admin/organizations/o%2F1/memberships/u%2F1',
    answer: noContent,
  },
  {
    title: 'organizations.delete',
    call: (kolay) => kolay.organizations.delete(acme.id),
    method: 'DELETE',
    path: '/v1/admin/organizations/o%2F1',
    answer: { status: 200, body: { ok: true } },
  },
])
