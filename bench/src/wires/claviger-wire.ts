import { postJson, type Wire, type WireUser } from './wire.js'

export const clavigerWire: Wire = {
  listUsers: { method: 'GET', path: '/v1/admin/users?limit=50' },
  getUser: (userId) => ({ method: 'GET', path: `/v1/admin/users/${userId}` }),
  findUserByEmail: (email) => ({ method: 'GET', path: `/v1/admin/users?email=${encodeURIComponent(email)}` }),
  getSession: { method: 'GET', path: '/v1/me' },
  signIn: (email, password) => postJson('/v1/auth/sign-in/email-password', { email, password }),
  createUser: (email) => postJson('/v1/admin/users', { email }),
  readUsers: (body) => body as { users: WireUser[]; total: number },
  readUser: (body) => (body as { user: WireUser }).user,
  readSignedIn: (body) => (body as { userId: string }).userId,
}
