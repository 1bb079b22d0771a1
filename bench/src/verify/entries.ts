import type { RunningServer } from '../contenders/contender.js'
import { betterAuthKeys, betterAuthKeysAlone } from './better-auth-keys.js'
import { clavigerKeys, machineToken } from './claviger-keys.js'
import type { KeyChoice } from './draw-keys.js'
import type { KeyContender } from './key-contender.js'
import { betterAuthVerify, clavigerVerify, kindeVerify, type VerifyWire } from './verify-wire.js'

/** One line of the table: who is asked, about how many keys, in which words. */
export type Entry = {
  readonly name: string
  /** Null for the server that has no keys and answers what Claviger answered. */
  readonly contender: KeyContender | null
  readonly keyCount: number
  readonly choice: KeyChoice
  readonly wire: VerifyWire
  readonly serverCount: number
  /** Whether it is measured after minutes of the same load. */
  readonly isSettled: boolean
  /** The credential of the caller, where it is not that of the contender. */
  readonly credential?: (server: RunningServer) => Promise<Readonly<Record<string, string>>>
}

const native = {
  contender: clavigerKeys,
  keyCount: 100_000,
  choice: 'uniform',
  wire: clavigerVerify,
  serverCount: 1,
  isSettled: false,
} as const
const peer = { ...native, contender: betterAuthKeys, wire: betterAuthVerify } as const

const claviger: Entry = { ...native, name: 'Claviger' }
const clavigerOfMillion: Entry = { ...native, name: 'Claviger', keyCount: 1_000_000 }
const settled: Entry = { ...claviger, name: 'Claviger, after minutes', isSettled: true }
const settledOfMillion: Entry = { ...settled, keyCount: 1_000_000 }
const clavigerByZipf: Entry = { ...native, name: 'Claviger', choice: 'zipf' }
const clavigerForKinde: Entry = {
  ...native,
  name: "Claviger over Kinde's wire",
  wire: kindeVerify,
  credential: machineToken,
}
const clavigerTwice: Entry = { ...native, name: 'Claviger, two servers', serverCount: 2 }
const emptyHandler: Entry = { ...native, name: 'Empty handler', contender: null }
const betterAuth: Entry = { ...peer, name: 'Better Auth' }
const betterAuthAlone: Entry = { ...peer, contender: betterAuthKeysAlone, name: betterAuthKeysAlone.name }
const betterAuthByZipf: Entry = { ...peer, name: 'Better Auth', choice: 'zipf' }

/** In the order of a round: what is compared stands close together, so that it shares its noise. */
export const entries: readonly Entry[] = [
  settledOfMillion,
  settled,
  clavigerOfMillion,
  claviger,
  emptyHandler,
  betterAuth,
  betterAuthAlone,
  betterAuthByZipf,
  clavigerByZipf,
  clavigerForKinde,
  clavigerTwice,
]

/** What the project set out to reach, or without a bound only tells. */
export type VerifyTarget =
  | {
      readonly figure: 'rate'
      readonly of: Entry
      readonly to: Entry
      /** Of our rate to that of `to`, inside a round. */
      readonly atLeast?: number
    }
  | { readonly figure: 'p99'; readonly of: Entry; readonly belowMs: number }

const peerTarget = 15
const emptyHandlerTarget = 0.45
const millionTarget = 0.85
const p99TargetMs = 15

export const targets: readonly VerifyTarget[] = [
  { figure: 'rate', of: claviger, to: betterAuth, atLeast: peerTarget },
  { figure: 'rate', of: claviger, to: betterAuthAlone },
  { figure: 'rate', of: clavigerByZipf, to: betterAuthByZipf, atLeast: peerTarget },
  { figure: 'rate', of: clavigerForKinde, to: betterAuth, atLeast: peerTarget },
  { figure: 'rate', of: claviger, to: emptyHandler, atLeast: emptyHandlerTarget },
  { figure: 'rate', of: clavigerForKinde, to: emptyHandler },
  { figure: 'rate', of: clavigerOfMillion, to: claviger, atLeast: millionTarget },
  { figure: 'rate', of: settledOfMillion, to: settled, atLeast: millionTarget },
  { figure: 'rate', of: settled, to: claviger },
  { figure: 'rate', of: clavigerTwice, to: claviger },
  ...[claviger, settled, clavigerByZipf, clavigerForKinde, clavigerOfMillion, settledOfMillion].map(
    (of): VerifyTarget => ({ figure: 'p99', of, belowMs: p99TargetMs }),
  ),
]
