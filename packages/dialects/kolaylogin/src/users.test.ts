import { describeAdminCalls } from '../testing/admin-calls.js'

const ada = {
  id: '018f6c1e-0000-7000-8000-000000000001',
  username: 'ada',
  externalId: null,
  isBanned: false,
  banReason: null,
  publicMetadata: { tier: 'gold' },
  privateMetadata: {},
  createdAt: '2026-11-22T00:00:00.000Z',
  updatedAt: '2026-11-22T00:00:00.000Z',
  emails: [{ email: 'ada@example.com', isPrimary: true, isVerified: true }],
  email: 'ada@example.com',
}
const path = `/v1/admin/users/${ada.id}`
const ok = { status: 200, body: { ok: true } }
const noContent = { status: 204 }

describeAdminCalls('users', [
  {
    title: 'users.list without parameters',
    call: (kolay) => kolay.users.list(),
    method: 'GET',
    path: '/v1/admin/users',
    answer: { status: 200, body: { users: [ada], total: 5, limit: 50, offset: 0 } },
    returns: { users: [ada], total: 5 },
  },
  {
    title: 'users.list with every parameter',
    call: (kolay) => kolay.users.list({ email: 'ada+1@example.com', offset: 0, limit: 20 }),
    method: 'GET',
    path: '/v1/admin/users?limit=20&offset=0&email=ada%2B1%40example.com',
    answer: { status: 200, body: { users: [], total: 0 } },
    returns: { users: [], total: 0 },
  },
  {
    title: 'users.list with an empty e-mail address',
    call: (kolay) => kolay.users.list({ limit: undefined, email: '' }),
    method: 'GET',
    path: '/v1/admin/users',
    answer: { status: 200, body: { users: [], total: 0 } },
    returns: { users: [], total: 0 },
  },
  {
    title: 'users.list of an answer without its fields',
    call: (kolay) => kolay.users.list({ limit: 2 }),
    method: 'GET',
    path: '/v1/admin/users?limit=2',
    answer: { status: 200, body: {} },
    returns: { users: [], total: 0 },
  },
  {
    title: 'users.get',
    call: (kolay) => kolay.users.get(ada.id),
    method: 'GET',
    path,
    answer: { status: 200, body: { user: ada } },
    returns: ada,
  },
  {
    title: 'users.get of an id with characters that mean something in a URL',
    call: (kolay) => kolay.users.get('../a b?c#d/é'),
    method: 'GET',
    path: '/v1/admin/users/..%2Fa%20b%3Fc%23d%2F%C3%A9',
    answer: { status: 200, body: { user: ada } },
    returns: ada,
  },
  {
    title: 'users.update',
    call: (kolay) => kolay.users.update(ada.id, { publicMetadata: { tier: 'gold' }, externalId: null }),
    method: 'PATCH',
    path,
    sends: { publicMetadata: { tier: 'gold' }, externalId: null },
    answer: { status: 200, body: { user: ada } },
  },
  {
    title: 'users.ban with a reason',
    call: (kolay) => kolay.users.ban(ada.id, 'tos_violation'),
    method: 'PATCH',
    path,
    sends: { isBanned: true, banReason: 'tos_violation' },
    answer: ok,
  },
  {
    title: 'users.ban without a reason',
    call: (kolay) => kolay.users.ban(ada.id),
    method: 'PATCH',
    path,
    sends: { isBanned: true, banReason: null },
    answer: noContent,
  },
  {
    title: 'users.unban',
    call: (kolay) => kolay.users.unban(ada.id),
    method: 'PATCH',
    path,
    sends: { isBanned: false, banReason: null },
    answer: ok,
  },
  {
    title: 'users.delete',
    call: (kolay) => kolay.users.delete(ada.id),
    method: 'DELETE',
    path,
    answer: noContent,
  },
])
