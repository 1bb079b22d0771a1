import { describeAdminCalls } from '../testing/admin-calls.js'

const session = {
  id: 's1',
  userId: 'u1',
  status: 'active',
  activeOrgId: null,
  createdAt: '2026-11-22T00:00:00.000Z',
  expiresAt: '2026-12-22T00:00:00.000Z',
  endedAt: null,
}

describeAdminCalls('sessions', [
  {
    title: 'sessions.list without parameters',
    call: (kolay) => kolay.sessions.list(),
    method: 'GET',
    path: '/v1/admin/sessions',
    answer: { status: 200, body: {} },
    returns: { sessions: [] },
  },
  {
    title: 'sessions.list with every parameter',
    call: (kolay) => kolay.sessions.list({ limit: 10, userId: 'u/1' }),
    method: 'GET',
    path: '/v1/admin/sessions?userId=u%2F1&limit=10',
    answer: { status: 200, body: { sessions: [session], total: 1 } },
    returns: { sessions: [session] },
  },
  {
    title: 'sessions.list with an empty user id',
    call: (kolay) => kolay.sessions.list({ userId: '' }),
    method: 'GET',
    path: '/v1/admin/sessions',
    answer: { status: 200, body: { sessions: [session] } },
    returns: { sessions: [session] },
  },
  {
    title: 'sessions.revoke',
    call: (kolay) => kolay.sessions.revoke('s/1'),
    method: 'POST',
    path: '/v1/admin/sessions/s%2F1/revoke',
    answer: { status: 200, body: { ok: true } },
  },
])
