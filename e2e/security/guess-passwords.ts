import { type Measurement, scaled } from './measurement.js'
import { makeUsers, onSite, password, type Site, type Told } from './site.js'

const inParallel = 20
/** The owner comes once in so many tries of the attacker. */
const ownerEvery = 20
const path = '/v1/auth/sign-in/email-password'

interface Attack {
  readonly tries: number
  /** The account and the address of the try of this number. */
  of(n: number, owner: string): { readonly email: string; readonly address: string }
}

const attacks: Readonly<Record<string, Attack>> = {
  'one account, from one address': {
    tries: 200,
    of: (_n, owner) => ({ email: owner, address: '198.51.100.7' }),
  },
  'one account, from 100 networks': {
    tries: 1_000,
    of: (n, owner) => ({ email: owner, address: `100.64.${n % 100}.7` }),
  },
  'one account, from 100 addresses of one network': {
    tries: 1_000,
    of: (n, owner) => ({ email: owner, address: `203.0.113.${n % 100}` }),
  },
  '1,000 accounts, from one address': {
    tries: 1_000,
    of: (n) => ({ email: `guessed-${n}@example.com`, address: '198.51.100.8' }),
  },
  '1,000 accounts, from 100 addresses of one network': {
    tries: 1_000,
    of: (n) => ({ email: `guessed-too-${n}@example.com`, address: `192.0.2.${n % 100}` }),
  },
}

/** How many wrong passwords are looked at, and whether owners get in meanwhile. */
export const guessPasswords: Measurement = {
  name: 'guessing',
  what: 'how many wrong passwords are looked at, and whether the owner gets in meanwhile',
  run: ({ share, done }) =>
    onSite(async (site) => {
      const rows: string[][] = []
      let [keptOut, tooMany, unexplained] = [0, 0, 0]
      for (const [i, [what, attack]] of Object.entries(attacks).entries()) {
        const owner = `owner-${i}@example.com`
        await makeUsers(site, [owner])
        const device = deviceOf(await attempt(site, owner, '10.1.1.1', password))
        const tries = Math.max(2 * ownerEvery, scaled(attack.tries, share))
        let [looked, waitSeconds, came, gotIn] = [0, 0, 0, 0]
        for (let from = 0; from < tries; from += inParallel) {
          const answers = await Promise.all(
            Array.from({ length: Math.min(inParallel, tries - from) }, (_, k) => {
              const { email, address } = attack.of(from + k, owner)
              return attempt(site, email, address, 'wrong')
            }),
          )
          looked += answers.filter(({ status }) => status === 401).length
          const refused = answers.filter(({ status }) => status === 429)
          const waits = refused.map(({ headers }) => Number(headers['retry-after']))
          unexplained += waits.filter((wait) => !(wait > 0)).length
          waitSeconds = Math.max(waitSeconds, ...waits)
          if (from % ownerEvery > 0) continue
          came++
          const { status } = await attempt(site, owner, attack.of(0, owner).address, password, device)
          if (status === 200) gotIn++
        }
        keptOut += came - gotIn
        if (looked === tries) tooMany++
        rows.push([what, String(tries), String(looked), `${waitSeconds} s`, `${gotIn} of ${came}`])
        done((i + 1) / Object.keys(attacks).length)
      }
      return {
        header: [
          'wrong passwords for',
          'tries',
          'looked at',
          'longest wait',
          'owner on a known device got in',
        ],
        rows,
        mustBeZero: {
          'owners kept out on a known device': keptOut,
          'refusals without Retry-After': unexplained,
          ...(share === 1 && { 'attacks that nothing stopped': tooMany }),
        },
      }
    }),
}

function attempt(site: Site, email: string, address: string, tried: string, device?: string): Promise<Told> {
  return site.ask(path, {
    body: { email, password: tried },
    headers: { 'x-forwarded-for': address, ...(device !== undefined && { cookie: device }) },
  })
}

/** The cookie by which a device is known again. */
function deviceOf({ status, headers }: Told): string {
  const cookie = [headers['set-cookie'] ?? []].flat().find((set) => set.startsWith('__device='))
  if (cookie === undefined) throw new Error(`The owner could not sign in: ${status}`)
  return cookie.split(';')[0] as string
}
