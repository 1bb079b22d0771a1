import { betterAuth } from '../contenders/better-auth.js'
import { claviger } from '../contenders/claviger.js'
import type { Contender, RequestSpec, Seeded } from '../contenders/contender.js'
import { seedEmail } from '../contenders/seed-user.js'
import type { Comparison, Measurement, Question } from './comparison.js'
import { sampleIndexes } from './sample-indexes.js'

const userCount = 100_000
const pageSize = 50
// Enough that a connection does not meet the same row again within a second, few enough to send over.
const distinctUserCountMax = 8_192

/** How one contender says "list users" and "get a user", reduced to what is compared. */
type UsersWire = {
  readonly list: RequestSpec
  readonly get: (userId: string) => RequestSpec
  readonly readList: (body: unknown) => { users: readonly { id: string }[]; total: number }
  readonly readUser: (body: unknown) => { id: string; email: string }
}

const clavigerWire: UsersWire = {
  list: { method: 'GET', path: `/v1/admin/users?limit=${pageSize}` },
  get: (userId) => ({ method: 'GET', path: `/v1/admin/users/${userId}` }),
  readList: (body) => body as { users: { id: string }[]; total: number },
  readUser: (body) => (body as { user: { id: string; email: string } }).user,
}

const betterAuthWire: UsersWire = {
  list: { method: 'GET', path: `/api/auth/admin/list-users?limit=${pageSize}` },
  get: (userId) => ({ method: 'GET', path: `/api/auth/admin/get-user?id=${userId}` }),
  readList: (body) => body as { users: { id: string }[]; total: number },
  readUser: (body) => body as { id: string; email: string },
}

const listUsers: Measurement = {
  title: `List ${pageSize} users, with the exact total`,
  ratioTarget: 10,
  questions: [askForList(clavigerWire), askForList(betterAuthWire)],
}

const getUser: Measurement = {
  title: 'Get one user by id',
  questions: [askForUser(clavigerWire), askForUser(betterAuthWire)],
}

/** The comparison against any server that speaks Claviger's native wire: tests pass a stand-in. */
export function compareUsers(ours: Contender): Comparison {
  return {
    name: 'users',
    title: 'Users: list 50 and get one by id',
    userCount,
    contenders: [ours, betterAuth],
    measurements: [listUsers, getUser],
    fairness: [
      'Both lists carry an exact total. Claviger orders newest first with the id as tie-break; Better Auth ' +
        'is asked without `sortBy`, its default, and then orders nothing, which spares it a sort: this ' +
        'favours Better Auth.',
      'Better Auth authenticates a cookie with two look-ups (session, user) and Claviger a secret key with ' +
        "one: these are the credentials that each product's backend callers use. The cookie cache of " +
        'Better Auth would not change this: its admin routes read the session from the database.',
      'Where its time goes: the handler of Better Auth builds its router anew on each request (its issue ' +
        '10188), and its list counts every row each time, where Claviger keeps a counter.',
      'The rows differ as the products do: Claviger keeps and returns other columns, metadata among them.',
    ],
  }
}

/** Claviger against Better Auth. */
export const users = compareUsers(claviger)

function askForList(wire: UsersWire) {
  return ({ userIds }: Seeded): readonly Question[] => {
    const known = new Set(userIds)
    const verify = (body: unknown) => {
      const { users: page, total } = wire.readList(body)
      const found = new Set(page.map((user) => user.id).filter((id) => known.has(id)))
      if (found.size !== pageSize) throw new Error(`${found.size} seeded users came, not ${pageSize}.`)
      if (page.length !== pageSize) throw new Error(`${page.length} users came, not ${pageSize}.`)
      if (total !== userIds.length) throw new Error(`The total is ${total}, not ${userIds.length}.`)
    }
    return [{ request: wire.list, verify }]
  }
}

function askForUser(wire: UsersWire) {
  return ({ userIds }: Seeded): readonly Question[] =>
    sampleIndexes(userIds.length, distinctUserCountMax).map((index) => {
      const userId = userIds[index] ?? ''
      const verify = (body: unknown) => {
        const user = wire.readUser(body)
        if (user.id !== userId || user.email !== seedEmail(index)) {
          throw new Error(`User ${user.id} (${user.email}) came, not ${userId} (${seedEmail(index)}).`)
        }
      }
      return { request: wire.get(userId), verify }
    })
}
