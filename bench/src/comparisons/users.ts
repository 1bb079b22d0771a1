import { betterAuth } from '../contenders/better-auth.js'
import { claviger } from '../contenders/claviger.js'
import type { Contender } from '../contenders/contender.js'
import { betterAuthWire } from '../wires/better-auth-wire.js'
import { clavigerWire } from '../wires/claviger-wire.js'
import type { Wire } from '../wires/wire.js'
import type { AskContender, Comparison, Measurement } from './comparison.js'
import {
  askForEmail,
  askForList,
  askForSession,
  askForSignIn,
  askForUser,
  askToCreate,
  pageSize,
} from './questions.js'

const userCount = 100_000
// A hash of a password keeps a CPU busy for tens of milliseconds: more at once would only wait in line.
const signInCount = 8

/** The comparison against any server that speaks Claviger's native wire: tests pass a stand-in. */
export function compareUsers(ours: Contender): Comparison {
  return {
    name: 'users',
    title: 'Users and their sessions',
    sides: [
      { contender: ours, userCount },
      { contender: betterAuth, userCount },
    ],
    measurements: [
      measure(`List ${pageSize} users, with the exact total`, askForList, 10),
      measure('Get one user by id', askForUser),
      measure('Find a user by email', askForEmail, 5),
      measure('Verify a session', askForSession, 10),
      {
        ...measure(`Sign in with a password, ${signInCount} at a time`, askForSignIn),
        connectionCount: signInCount,
      },
      measure('Create a user', askToCreate),
    ],
    fairness: [
      'Both lists carry an exact total. Claviger orders newest first with the id as tie-break; Better Auth ' +
        'is asked without `sortBy`, its default, and then orders nothing, which spares it a sort: this ' +
        'favours Better Auth.',
      'Better Auth authenticates a cookie with two look-ups (session, user) and Claviger a secret key with ' +
        "one: these are the credentials that each product's backend callers use. The cookie cache of " +
        'Better Auth would not change this: its admin routes read the session from the database.',
      'Where its time goes: the handler of Better Auth builds its router anew on each request (its issue ' +
        '10188), and its list counts every row each time, where Claviger keeps a counter.',
      'By email, both answer with a list and its total; Better Auth is asked by its filter for equality, ' +
        'which its unique index serves: its search, which scans, would be slower.',
      'A session is verified online by both, with the session and its user read from the database on every ' +
        'request: `GET /v1/me` with a session token, which also checks a signature of ES256, and ' +
        '`GET /api/auth/get-session` with a cookie, which checks an HMAC. Every user has a session, and ' +
        'thousands of them take turns. What neither figure shows: services verify the session token of ' +
        'Claviger, a JWT of 60 s, themselves against its public keys and ask nobody; and the cookie cache ' +
        'of Better Auth, which is off by default, answers from a signed cookie for as long as it is set to.',
      'A sign-in is mostly one hash of the password, as each product has it by default: Argon2id with ' +
        '19 MiB and two passes, and scrypt with N = 16384, r = 16. Claviger counts tries by account, address and ' +
        'network, in the database, and these limits stay on: every sign-in names its own account and comes ' +
        'from its own address behind a trusted proxy. Those of Better Auth are off, and it remembers no device, ' +
        'where Claviger writes down a new one at every sign-in of this kind: both favour Better Auth.',
      'A created user has an address and no password in both, so nothing is hashed. Claviger writes the ' +
        'user, its address, an event and the totals of both nouns in one transaction; Better Auth looks the ' +
        'address up and then writes the user: this favours Better Auth.',
      'The rows differ as the products do: Claviger keeps and returns other columns, metadata among them.',
    ],
  }
}

/** Claviger against Better Auth. */
export const users = compareUsers(claviger)

function measure(title: string, ask: (wire: Wire) => AskContender, rateTarget?: number): Measurement {
  return {
    title,
    questions: [ask(clavigerWire), ask(betterAuthWire)],
    ...(rateTarget !== undefined && { targets: [{ figure: 'rate', atLeast: rateTarget }] }),
  }
}
