import type { Seeded } from '../contenders/contender.js'
import { passwordIndexes, seedEmail, seedPassword } from '../contenders/seed-user.js'
import { uniqueMark } from '../load/prepare-request.js'
import type { Wire, WireUser } from '../wires/wire.js'
import type { AskContender, Question } from './comparison.js'
import { sampleIndexes } from './sample-indexes.js'

// Enough that a connection does not meet the same row again within a second, few enough to send over.
const distinctUserCountMax = 8_192

/** How many users a page of a list has. */
export const pageSize = 50

/** The first page of all users. */
export function askForList(wire: Wire): AskContender {
  return ({ userIds }) => {
    const known = new Set(userIds)
    const verify = (body: unknown) => {
      const { users, total } = wire.readUsers(body)
      const found = new Set(users.map((user) => user.id).filter((id) => known.has(id)))
      if (found.size !== pageSize) throw new Error(`${found.size} seeded users came, not ${pageSize}.`)
      if (users.length !== pageSize) throw new Error(`${users.length} users came, not ${pageSize}.`)
      if (total !== userIds.length) throw new Error(`The total is ${total}, not ${userIds.length}.`)
    }
    return [{ request: wire.listUsers, verify }]
  }
}

/** Users from all over the table, by id. */
export function askForUser(wire: Wire): AskContender {
  return aboutSomeUsers((index, { userIds }) => ({
    request: wire.getUser(userIds[index] ?? ''),
    verify: (body) => expectUser(wire.readUser(body), index, userIds),
  }))
}

/** Users from all over the table, by their whole address. */
export function askForEmail(wire: Wire): AskContender {
  return aboutSomeUsers((index, { userIds }) => ({
    request: wire.findUserByEmail(seedEmail(index)),
    verify: (body) => expectOnlyUser(wire.readUsers(body), index, userIds),
  }))
}

/** Sessions of users from all over the table, each sent by its own client. */
export function askForSession(wire: Wire): AskContender {
  return aboutSomeUsers((index, { userIds, sessionHeaders }, url) => ({
    request: { ...wire.getSession, headers: sessionHeaders(index, url) },
    verify: (body) => expectUser(wire.readUser(body), index, userIds),
  }))
}

/** A sign-in of each account that has a password, each from an address of its own, as a browser sends it. */
export function askForSignIn(wire: Wire): AskContender {
  return ({ userIds }, { url }) =>
    passwordIndexes(userIds.length).map((index) => {
      const { headers, ...request } = wire.signIn(seedEmail(index), seedPassword)
      const verify = (body: unknown) => {
        const userId = wire.readSignedIn(body)
        if (userId !== userIds[index]) throw new Error(`User ${userId} signed in, not ${userIds[index]}.`)
      }
      const browser = { ...headers, origin: url, 'x-forwarded-for': clientAddress(index) }
      return { request: { ...request, headers: browser, isAnonymous: true }, verify }
    })
}

/** New users: every request creates another one. */
export function askToCreate(wire: Wire): AskContender {
  const verify: Question['verify'] = (body, sent) => {
    const asked = (JSON.parse(sent.body ?? '{}') as WireUser).email
    const created = wire.readUser(body)
    if (created.email !== asked || !created.id) throw new Error(`${created.email} was made, not ${asked}.`)
  }
  return () => [{ request: wire.createUser(`new-${uniqueMark}@bench.example`), verify }]
}

/** Refuses any other user than the seeded one of this index. */
export function expectUser(user: WireUser | undefined, index: number, userIds: readonly string[]): void {
  if (user?.id === userIds[index] && user?.email === seedEmail(index)) return
  throw new Error(`User ${user?.id} (${user?.email}) came, not ${userIds[index]} (${seedEmail(index)}).`)
}

/** Refuses a list that holds anything but the seeded user of this index. */
export function expectOnlyUser(
  { users, total }: ReturnType<Wire['readUsers']>,
  index: number,
  userIds: readonly string[],
): void {
  if (users.length !== 1 || total !== 1)
    throw new Error(`${users.length} of ${total} users came, not 1 of 1.`)
  expectUser(users[0], index, userIds)
}

/** A question about each user of a sample that is the same in every round and for every contender. */
export function aboutSomeUsers(ask: (index: number, seeded: Seeded, url: string) => Question): AskContender {
  return (seeded, { url }) =>
    sampleIndexes(seeded.userIds.length, distinctUserCountMax).map((index) => ask(index, seeded, url))
}

function clientAddress(index: number): string {
  return `10.0.${index >> 8}.${index & 255}`
}
