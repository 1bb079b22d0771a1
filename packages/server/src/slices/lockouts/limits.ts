import { createHash } from 'node:crypto'
import { ipNetwork } from '#kernel/ip-network'

/** What wrong passwords are counted for. */
export type Subject = 'account' | 'device' | 'address' | 'network'

interface Limit {
  readonly failuresMax: number
  readonly windowSeconds: number
}

const quarterOfAnHour = 15 * 60
const day = 24 * 60 * 60

/**
 * How many wrong passwords a window takes. The account's are small, since a password is guessed at one account; a
 * day's 50 keep below the 100 in a row of NIST SP 800-63B section 5.2.2 for anyone who notices within two days. The
 * others stop a list of common passwords from being tried at many accounts, and leave room for an office.
 */
export const limits: Readonly<Record<Subject, readonly Limit[]>> = {
  account: [
    { failuresMax: 10, windowSeconds: quarterOfAnHour },
    { failuresMax: 50, windowSeconds: day },
  ],
  device: [
    { failuresMax: 10, windowSeconds: quarterOfAnHour },
    { failuresMax: 50, windowSeconds: day },
  ],
  address: [{ failuresMax: 100, windowSeconds: quarterOfAnHour }],
  network: [{ failuresMax: 500, windowSeconds: quarterOfAnHour }],
}

/** One limit of one subject: where its failures are counted. */
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
