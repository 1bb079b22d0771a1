import type { EventData, EventType, events } from '@claviger/contract'
import type { Clock } from './clock.js'
import type { GuardedFetch } from './outgoing.js'
import type { Environment, Principal } from './principal.js'
import type { Queries, Transaction } from './queries.js'
import type { Seal } from './seal.js'

/** What the transport knows of a client, beyond what it said. */
export interface Client {
  /** The network address; of the client itself where a trusted proxy names it. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly cookies: Readonly<Record<string, string>>
  /** Whether it is on this very machine, and not behind a proxy on it. */
  readonly isHost: boolean
}

export interface Cookie {
  readonly name: string
  readonly value: string
  /** Seconds that the browser keeps it; 0 removes it. */
  readonly maxAgeSeconds: number
  /** Whether scripts of the page may read it. */
  readonly readable: boolean
  /** `none` lets pages of other sites send it; it then needs https. */
  readonly sameSite: 'lax' | 'none'
}

/** One request being answered: who calls, where, when, and the database as that caller may see it. */
export interface Call<P extends Principal = Principal> {
  readonly principal: P
  readonly environment: Environment
  readonly requestId: string
  readonly clock: Clock
  readonly client: Client
  /** The configured URL of the server: what tokens and links name, whatever a request claims. */
  readonly publicUrl: string
  readonly seal: Seal
  /** Asks other servers; those inside of our own network are out of its reach. */
  readonly fetch: GuardedFetch
  /** Whether a password is known to have leaked; false where there is nobody to ask, or no answer. */
  readonly isBreached: (password: string) => Promise<boolean>
  /** Whether this is what whoever started the server was given to set it up with. */
  readonly isSetupToken: (token: string) => boolean
  /** For reading outside a transaction. */
  readonly read: Queries
  /** For what is above all environments, such as projects. */
  readonly anywhere: Queries
  /**
   * Runs the work in one transaction, in the environment of the call, or in none where the route is above them; it
   * may run again if the database asks for a retry.
   */
  tx<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Writes an event in the transaction that makes it true. */
  record<T extends EventType>(tx: Transaction, type: T, data: EventData<(typeof events)[T]>): Promise<void>
  setCookie(cookie: Cookie): void
  /** The same call in an environment that a route above all environments has found. */
  in(environment: Environment): Call<P>
}
