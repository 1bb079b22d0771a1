import { type Measurement, milliseconds, scaled } from './measurement.js'
import { onSite, type Told } from './site.js'

const times = 20
/** A ligature that NFKC makes eighteen characters of. */
const swelling = '\uFDFA'
const strong = 'Aa1-'

interface Attack {
  readonly what: string
  /** The password of the sign-up; one that is refused has no sign-in after it. */
  readonly set: string
  readonly signUp: number
  /** Passwords with which a sign-in is tried, with the status that it must get. */
  readonly tried: readonly (readonly [string, number])[]
}

const long = strong + 'x'.repeat(1_020)
const attacks: readonly Attack[] = [
  { what: '1 MB', set: strong + 'x'.repeat(1_000_000), signUp: 400, tried: [] },
  { what: 'more than the largest body', set: strong + 'x'.repeat(1_100_000), signUp: 413, tried: [] },
  { what: '1,025 characters', set: `${long}x`, signUp: 400, tried: [] },
  {
    what: '1,024 characters: the last counts',
    set: long,
    signUp: 201,
    tried: [
      [long, 200],
      [`${long.slice(0, -1)}y`, 401],
    ],
  },
  {
    what: '1,024 characters of which NFKC makes 18,000',
    set: strong + swelling.repeat(1_020),
    signUp: 201,
    tried: [
      [strong + swelling.repeat(1_020), 200],
      [strong + swelling.repeat(1_019), 401],
    ],
  },
  {
    what: '80 bytes: what bcrypt would cut off counts',
    set: `${strong}${'x'.repeat(76)}`,
    signUp: 201,
    tried: [
      [`${strong}${'x'.repeat(76)}`, 200],
      [`${strong}${'x'.repeat(68)}${'y'.repeat(8)}`, 401],
      [`${strong}${'x'.repeat(68)}`, 401],
    ],
  },
  {
    what: 'equal by NFKC',
    set: 'Pa\u0301sswo\uFB01rd-1\u{1F511}',
    signUp: 201,
    tried: [
      ['P\u00E1sswofird-1\u{1F511}', 200],
      ['\uFF30\u00E1sswofird-\u2460\u{1F511}', 200],
      ['Passwofird-1\u{1F511}', 401],
    ],
  },
  { what: 'NUL', set: `${strong}123456\u0000x`, signUp: 400, tried: [[`${strong}123456\u0000`, 400]] },
  {
    what: 'half of a surrogate pair',
    set: `${strong}123456\uD83D`,
    signUp: 400,
    tried: [[`${strong}123456\uD83D`, 400]],
  },
]

/** How long the worst passwords take, and whether any is taken for another. */
export const hostilePasswords: Measurement = {
  name: 'passwords',
  what: 'how long the worst passwords take, and whether one is taken for another',
  run: ({ share, done }) =>
    onSite(async (site) => {
      const count = scaled(times, share)
      const rows: string[][] = []
      let wrong = 0
      for (const [i, { what, set, signUp, tried }] of attacks.entries()) {
        const answers: Told[] = []
        const expected: number[] = []
        for (let n = 0; n < count; n++) {
          const email = `p-${i}-${n}@example.com`
          answers.push(await site.ask('/v1/auth/sign-up/email-password', { body: { email, password: set } }))
          expected.push(signUp)
          for (const [password, status] of tried) {
            answers.push(await site.ask('/v1/auth/sign-in/email-password', { body: { email, password } }))
            expected.push(status)
          }
          done((i + n / count) / attacks.length)
        }
        wrong += answers.filter(({ status }, n) => status !== expected[n]).length
        const statuses = [signUp, ...tried.map(([, status]) => status)].join(' · ')
        rows.push([what, statuses, milliseconds(Math.max(...answers.map(({ ms }) => ms)))])
      }
      return {
        header: [`${count} times each`, 'sign-up · sign-ins', 'slowest answer'],
        rows,
        mustBeZero: { 'answers other than expected': wrong },
      }
    }),
}
