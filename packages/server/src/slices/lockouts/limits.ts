import { createHash } from 'node:crypto'
import { ipNetwork } from '#kernel/ip-network'

/** Whom tries are counted for. */
export type Subject = 'account' | 'device' | 'address' | 'network'

interface Limit {
  readonly triesMax: number
  readonly windowSeconds: number
  /** Whether a right password is no try; where it is one, too, the limit is for the work that hashing is. */
  readonly of: 'wrong passwords' | 'all tries'
}

const minute = 60
const quarterOfAnHour = 15 * minute
const day = 24 * 60 * minute

/**
 * How many tries a window takes. The account's are few, since a password is guessed at one account; a day's 50 keep
 * below the 100 in a row of NIST SP 800-63B section 5.2.2 for anyone who notices within two days. The others stop a
 * list of common passwords from being tried at many accounts, and leave room for an office.
 */
export const limits: Readonly<Record<Subject, readonly Limit[]>> = {
  account: [
    { triesMax: 10, windowSeconds: quarterOfAnHour, of: 'wrong passwords' },
    { triesMax: 50, windowSeconds: day, of: 'wrong passwords' },
  ],
  device: [
    { triesMax: 10, windowSeconds: quarterOfAnHour, of: 'wrong passwords' },
    { triesMax: 50, windowSeconds: day, of: 'wrong passwords' },
    { triesMax: 60, windowSeconds: minute, of: 'all tries' },
  ],
  address: [
    { triesMax: 100, windowSeconds: quarterOfAnHour, of: 'wrong passwords' },
    { triesMax: 120, windowSeconds: minute, of: 'all tries' },
  ],
  network: [{ triesMax: 500, windowSeconds: quarterOfAnHour, of: 'wrong passwords' }],
}

/** One limit of one subject: where its tries are counted. */
export interface Tally extends Limit {
  readonly by: Subject
  readonly hash: Buffer
}

/** Where the tries of a device that the account knows are counted: nowhere but by itself. */
export function talliesOfDevice(account: string, deviceHash: Buffer): Tally[] {
  return tallies('device', `${canonical(account)}\n${deviceHash.toString('hex')}`)
}

/** Where the tries of anyone else are counted. */
export function talliesOfStranger(account: string, address: string | null): Tally[] {
  return [
    ...talliesOfAccount(account),
    // Of an IPv6 address the /64: a single customer has all of it (RFC 6177).
    ...tallies('address', ipNetwork(address ?? '', { ipv4: 32, ipv6: 64 })),
    ...tallies('network', ipNetwork(address ?? '', { ipv4: 24, ipv6: 48 })),
  ]
}

export function talliesOfAccount(account: string): Tally[] {
  return tallies('account', canonical(account))
}

function tallies(by: Subject, value: string): Tally[] {
  return limits[by].map((limit) => {
    const hash = createHash('sha256').update(`lockout\n${by}\n${limit.windowSeconds}\n${value}`).digest()
    return { by, hash, ...limit }
  })
}

/** An address is an account without its case, as it is found. */
function canonical(account: string): string {
  return account.toLowerCase()
}
