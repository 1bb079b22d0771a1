import { describeAdminCalls } from '../testing/admin-calls.js'

const invitation = { id: 'i1', email: 'teammate@example.com', role: 'member', token: 'one-time', orgId: 'o1' }

describeAdminCalls('invitations', [
  {
    title: 'invitations.create with a role',
    call: (kolay) => kolay.invitations.create({ email: invitation.email, orgId: 'o1', role: 'admin' }),
    method: 'POST',
    path: '/v1/admin/invitations',
    sends: { email: invitation.email, orgId: 'o1', role: 'admin' },
    answer: { status: 201, body: { invitation } },
    returns: invitation,
  },
  {
    title: 'invitations.create without a role',
    call: (kolay) => kolay.invitations.create({ email: invitation.email, orgId: 'o1' }),
    method: 'POST',
    path: '/v1/admin/invitations',
    sends: { email: invitation.email, orgId: 'o1', role: 'member' },
    answer: { status: 201, body: { invitation } },
    returns: invitation,
  },
  {
    title: 'invitations.revoke',
    call: (kolay) => kolay.invitations.revoke('i/1'),
    method: 'DELETE',
    path: '/v1/admin/invitations/i%2F1',
    answer: { status: 204 },
  },
])
