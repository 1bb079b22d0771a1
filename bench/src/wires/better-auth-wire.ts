import { postJson, type Wire, type WireUser } from './wire.js'

export const betterAuthWire: Wire = {
  listUsers: { method: 'GET', path: '/api/auth/admin/list-users?limit=50' },
  getUser: (userId) => ({ method: 'GET', path: `/api/auth/admin/get-user?id=${userId}` }),
  // Its filter compares for equality, which an index serves; its search knows no equality and scans.
  findUserByEmail: (email) => ({
    method: 'GET',
    path: `/api/auth/admin/list-users?filterField=email&filterOperator=eq&filterValue=${encodeURIComponent(email)}`,
  }),
  getSession: { method: 'GET', path: '/api/auth/get-session' },
  signIn: (email, password) => postJson('/api/auth/sign-in/email', { email, password }),
  createUser: (email) => postJson('/api/auth/admin/create-user', { email, name: 'New user' }),
  readUsers: (body) => body as { users: WireUser[]; total: number },
  // An answer about a user is the user; one that also carries a session names both.
  readUser: (body) => (body as { user?: WireUser }).user ?? (body as WireUser),
  readSignedIn: (body) => (body as { user: WireUser }).user.id,
}
