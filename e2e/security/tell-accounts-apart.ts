import { type Measurement, milliseconds, scaled } from './measurement.js'
import { makeUsers, onSite, password, type Told } from './site.js'
import { kolmogorovSmirnov, median, shuffled, tenth } from './statistics.js'

const samples = 1_000
const warmUps = 50

/** What an attacker asks who wants to know whether an address has an account. */
const questions = {
  'sign-in with a wrong password': {
    path: '/v1/auth/sign-in/email-password',
    body: (email: string) => ({ email, password: `${password}-wrong` }),
  },
  'request of a password reset': { path: '/v1/auth/password/reset/request', body: justEmail },
  'request of a magic link': { path: '/v1/auth/sign-in/magic-link', body: justEmail },
  'request of a code by mail': { path: '/v1/auth/sign-in/email-otp', body: justEmail },
  'wrong code of a mail': {
    path: '/v1/auth/email-otp/verify',
    body: (email: string) => ({ email, code: '000000' }),
  },
} as const

function justEmail(email: string) {
  return { email }
}

const kinds = ['known', 'unknown', 'banned'] as const

/** Whether an answer or its time tells known, unknown and banned addresses apart. */
export const tellAccountsApart: Measurement = {
  name: 'accounts',
  what: 'whether words or time tell known, unknown and banned addresses apart',
  run: ({ share, done }) =>
    onSite(async (site) => {
      const count = scaled(samples, share)
      const warm = scaled(warmUps, share)
      const emails = Object.fromEntries(
        kinds.map((kind) => [
          kind,
          Array.from({ length: count + warm }, (_, i) => `${kind}-${i}@example.com`),
        ]),
      ) as Record<(typeof kinds)[number], string[]>
      await makeUsers(site, emails.known)
      await makeUsers(site, emails.banned, { isBanned: true })

      const rows: string[][] = []
      let distinguishable = 0
      const steps = Object.keys(questions).length * (count + warm)
      let step = 0
      for (const [question, { path, body }] of Object.entries(questions)) {
        const times: Record<string, number[]> = { known: [], unknown: [], banned: [] }
        const words = new Set<string>()
        for (let i = 0; i < count + warm; i++) {
          // In an order of chance, so that what the machine does else meets all alike.
          for (const kind of shuffled(kinds)) {
            const told = await site.ask(path, { body: body(emails[kind][i] as string) })
            words.add(wordsOf(told))
            if (i >= warm) times[kind]?.push(told.ms)
          }
          done(++step / steps)
        }
        if (words.size > 1) distinguishable++
        const { known = [], unknown = [], banned = [] } = times
        // The fastest tenth shows what the noise of a busy machine hides from the median.
        const compared = (other: number[]) => [
          `${milliseconds(median(other) - median(known))} (${milliseconds(tenth(other) - tenth(known))})`,
          kolmogorovSmirnov(known, other).toFixed(2),
        ]
        rows.push([
          question,
          String(words.size),
          `${milliseconds(median(known))} (${milliseconds(tenth(known))})`,
          ...compared(unknown),
          ...compared(banned),
        ])
      }
      return {
        header: [
          `${count.toLocaleString('en-US')} of each, one at a time`,
          'different answers',
          'known: median (fastest tenth)',
          'Δ unknown',
          'p',
          'Δ banned',
          'p',
        ],
        rows,
        mustBeZero: { 'distinguishable by their answers': distinguishable },
      }
    }),
}

/** Everything of an answer but what differs from any request to the next. */
function wordsOf({ status, headers, body }: Told): string {
  const { requestId: _, ...said } = body
  const { date: _date, 'x-request-id': _id, ratelimit: _limit, ...told } = headers
  return JSON.stringify([status, said, told])
}
