import type { Measurement } from './measurement.js'
import { type Asked, onSite, type Site } from './site.js'

/** More than any limit of the route lets through. */
const tries = 150
const inParallel = 20

/** What a client says of its address, at the try of this number. */
const lies: Readonly<Record<string, (n: number) => Record<string, string>>> = {
  nothing: () => ({}),
  'X-Forwarded-For': (n) => ({ 'x-forwarded-for': `203.0.113.${n}` }),
  'Forwarded, X-Real-IP and others': (n) => ({
    forwarded: `for=203.0.113.${n}`,
    'x-real-ip': `203.0.113.${n}`,
    'cf-connecting-ip': `203.0.113.${n}`,
    'true-client-ip': `203.0.113.${n}`,
    'x-client-ip': `203.0.113.${n}`,
  }),
}

/** Whether a client that lies about its address gets more tries than one that says nothing. */
export const forgeAddresses: Measurement = {
  name: 'addresses',
  what: 'whether lies about the address of a client get it more tries to sign in',
  async run({ share, done }) {
    const liars = Object.entries(lies)
    // Every try looks at a password, so a small run leaves out what is tried in another column already.
    const tried = (howMany: number) => (share < 1 ? liars.slice(0, howMany) : liars)
    // Of this machine every address in 127/8 is one, so each lie begins with a limit of its own.
    const direct = await onSite(
      (site) =>
        inTurn(liars, ([, lie], i) => {
          done(i / liars.length / 3)
          return count(site, (n) => ({ from: `127.0.1.${i + 1}`, headers: lie(n) }))
        }),
      { CLAVIGER_TRUSTED_PROXIES: '' },
    )
    const behind = (
      site: Site,
      part: number,
      who: typeof liars,
      nameOf: (liar: number, n: number) => string,
    ) =>
      inTurn(who, ([, lie], i) => {
        done((part + i / who.length) / 3)
        return count(site, (n) => {
          // A proxy adds the address that it sees behind whatever the client has said.
          const seen = nameOf(i + 1, n)
          const { 'x-forwarded-for': forged, ...others } = lie(n)
          return { headers: { ...others, 'x-forwarded-for': forged ? `${forged}, ${seen}` : seen } }
        })
      })
    const [behindProxy, behindPorts] = await onSite(async (site) => [
      await behind(site, 1, tried(2), (liar) => `198.51.100.${liar}`),
      await behind(site, 2, tried(1), (liar, n) => `192.0.2.${liar}:${10_000 + n}`),
    ])
    const rows = liars.map(([what], i) => [
      what,
      ...[direct, behindProxy, behindPorts].map((looked) => String(looked[i] ?? '–')),
    ])
    const [honest = 0, ...lying] = [...direct, ...behindProxy, ...behindPorts]
    const bypasses = lying.filter((looked) => looked > honest).length
    return {
      header: [
        `what it says, at ${tries} tries`,
        'let through',
        'behind a trusted proxy',
        'behind one that names ports',
      ],
      rows,
      mustBeZero: {
        'lies that brought more tries': bypasses,
        'limits that did not hold': Number(honest >= tries),
      },
    }
  },
}

let accounts = 0

/** How many tries for as many accounts are looked at before the address is told to wait. */
async function count(site: Site, how: (n: number) => Asked): Promise<number> {
  let looked = 0
  for (let from = 0; from < tries; from += inParallel) {
    const answers = await Promise.all(
      Array.from({ length: inParallel }, (_, k) => {
        const { headers, ...rest } = how(from + k)
        return site.ask('/v1/auth/sign-in/email-password', {
          ...rest,
          headers: { 'x-forwarded-for': '', ...headers },
          body: { email: `spray-${accounts++}@example.com`, password: 'wrong' },
        })
      }),
    )
    looked += answers.filter(({ status }) => status === 401).length
  }
  return looked
}

async function inTurn<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (const [i, item] of items.entries()) done.push(await work(item, i))
  return done
}
