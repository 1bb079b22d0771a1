import { claviger } from '../contenders/claviger.js'
import type { RequestSpec, RunningServer, Seeded } from '../contenders/contender.js'
import { seedNumber } from '../contenders/seed-user.js'
import { clavigerWire } from '../wires/claviger-wire.js'
import type { AskContender, Comparison, Measurement, Question, Target } from './comparison.js'
import {
  aboutSomeUsers,
  askForEmail,
  askForList,
  askForSession,
  askForUser,
  expectOnlyUser,
  expectUser,
  pageSize,
} from './questions.js'
import { fetchAnswer } from './verify-answers.js'

/** However many users there are, the slowest of a hundred answers may take this much longer. */
const steadyP99: Target = { figure: 'p99', atMost: 1.5 }

const firstPage = measure(`List the first ${pageSize} users`, askForList(clavigerWire))

/** Claviger alone: what ten times the users cost it. */
export const scale: Comparison = {
  name: 'scale',
  title: 'Claviger alone, with ten times the users',
  sides: [
    { contender: claviger, userCount: 1_000_000 },
    { contender: claviger, userCount: 100_000 },
  ],
  measurements: [
    firstPage,
    measure(`List ${pageSize} users by cursor, from the middle`, askForMiddlePage, {
      figure: 'cost',
      of: firstPage,
      atMost: 1.5,
    }),
    measure('Get one user by id', askForUser(clavigerWire)),
    measure('Find a user by email', askForEmail(clavigerWire)),
    measure('Search part of an address', askForPart()),
    measure('Verify a session', askForSession(clavigerWire)),
  ],
  fairness: [
    'Both sides are the same program on the same machine, so the ratios say only what the size of the data ' +
      'does: indexes one level deeper, and rows that do not fit into the shared buffers of PostgreSQL.',
    'The sampled users are from all over the table, which is the worst case: real traffic returns to the ' +
      'same users, whose rows stay in memory.',
    'The part that is searched is the number in the middle of an address, and finds one user. All seeded ' +
      'addresses look alike, which makes their trigrams as common as they can be.',
  ],
}

function measure(title: string, ask: AskContender, ...more: readonly Target[]): Measurement {
  return { title, questions: [ask, ask], targets: [steadyP99, ...more] }
}

/** The page after half of the list, by the cursor that the page before it ends with. */
async function askForMiddlePage({ userIds }: Seeded, server: RunningServer): Promise<readonly Question[]> {
  const half = Math.floor(userIds.length / 2)
  const path = `${clavigerWire.listUsers.path}&offset=${half - pageSize}`
  const { nextCursor } = JSON.parse(await fetchAnswer(server, { method: 'GET', path })) as {
    nextCursor: string
  }
  const request: RequestSpec = { method: 'GET', path: `${clavigerWire.listUsers.path}&after=${nextCursor}` }
  const verify = (body: unknown) => {
    const { users, total } = clavigerWire.readUsers(body)
    if (users.length !== pageSize) throw new Error(`${users.length} users came, not ${pageSize}.`)
    if (total !== userIds.length) throw new Error(`The total is ${total}, not ${userIds.length}.`)
    // Newest first, and the newest has the highest index.
    for (const [place, user] of users.entries()) {
      expectUser(user, userIds.length - 1 - half - place, userIds)
    }
  }
  return [{ request, verify }]
}

function askForPart(): AskContender {
  return aboutSomeUsers((index, { userIds }) => ({
    request: { method: 'GET', path: `/v1/admin/users?search=${seedNumber(index)}` },
    verify: (body) => expectOnlyUser(clavigerWire.readUsers(body), index, userIds),
  }))
}
