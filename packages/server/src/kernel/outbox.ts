import type { Queries, Transaction } from './queries.js'
import type { Seal } from './seal.js'

/** A message of an outbox, of whatever kind. */
export interface OutboxRow {
  readonly id: string
  readonly kind: string
  readonly to_address: string
  readonly status: 'queued' | 'sent' | 'failed' | 'kept'
  readonly attempts: number
  readonly last_error: string | null
  readonly created_at: string
  readonly sent_at: string | null
}

/** A message that one deliverer holds. */
export interface ClaimedRow {
  readonly environment_id: string
  readonly id: string
  readonly to_address: string
  readonly content_sealed: Buffer
  readonly attempts: number
}

/** What became of an attempt to send a message. */
export interface Outcome {
  readonly status: OutboxRow['status']
  readonly error?: string
  readonly retryInSeconds?: number
}

/** What the server lends to a delivery, since nobody calls. */
export interface DeliveryServices {
  readonly anywhere: Queries
  readonly seal: Seal
  transaction<T>(environmentId: string, work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Told of what went wrong with the queue itself; messages that are not taken are not. */
  failed(error: unknown): void
}

/** A kind of message: how it is taken from its table, sent, and accounted for. */
export interface Outbox<C extends ClaimedRow> {
  /** Takes messages that are due, of every environment, for as long as the lease lasts. */
  claim(anywhere: Queries, messagesMax: number, leaseSeconds: number): Promise<readonly C[]>
  /** Hands a message in, and throws if it is not taken; undefined where there is nobody to take it. */
  readonly send: ((message: C) => Promise<void>) | undefined
  /** Writes down what became of an attempt; undefined if the lease was over and another one has begun. */
  settle(tx: Transaction, message: C, outcome: Outcome): Promise<OutboxRow | undefined>
  /** Records that a message was sent or given up. */
  record(tx: Transaction, row: OutboxRow, type: 'sent' | 'failed'): Promise<void>
}

export interface Delivery {
  /** Delivers what is due, and answers how many tries that were. Never two runs of one node at once. */
  run(): Promise<number>
  /** Finishes the messages that are being sent and takes no further ones. */
  stop(): Promise<void>
}

/** A message that would be refused the next time as well. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable'
}

const batchMax = 5
/** More than a message may take to send, and little enough that one survives the death of its node in time. */
const leaseSeconds = 120
export const attemptsMax = 12

/** When to try again: after 15 s, then twice as long every time, up to an hour. Twelve tries take four hours. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(15 * 2 ** (attempts - 1), 3_600)
}

/**
 * Sends the messages of an outbox. Any number of nodes may do it at once: the claim gives each message to one of
 * them.
 */
export function createDelivery<C extends ClaimedRow>(
  { anywhere, transaction, failed }: DeliveryServices,
  outbox: Outbox<C>,
): Delivery {
  let running: Promise<number> | undefined
  let stopped = false

  async function runOnce(): Promise<number> {
    let tries = 0
    while (!stopped) {
      const claimed = await outbox.claim(anywhere, batchMax, leaseSeconds)
      // One that fails leaves the others to be finished: whoever stops or runs again must not meet them.
      const outcomes = await Promise.allSettled(claimed.map(deliver))
      for (const outcome of outcomes) if (outcome.status === 'rejected') failed(outcome.reason)
      tries += claimed.length
      if (claimed.length < batchMax) break
    }
    return tries
  }

  async function deliver(message: C): Promise<void> {
    const outcome = await attempt(message)
    await transaction(message.environment_id, async (tx) => {
      const settled = await outbox.settle(tx, message, outcome)
      if (settled?.status === 'sent' || settled?.status === 'failed') {
        await outbox.record(tx, settled, settled.status)
      }
    })
  }

  async function attempt(message: C): Promise<Outcome> {
    if (!outbox.send) return { status: 'kept' }
    try {
      await outbox.send(message)
      return { status: 'sent' }
    } catch (failure) {
      const error = (failure instanceof Error ? failure.message : String(failure)).slice(0, 500)
      const isLast = failure instanceof Undeliverable || message.attempts >= attemptsMax
      if (isLast) return { status: 'failed', error }
      return { status: 'queued', error, retryInSeconds: retryDelaySeconds(message.attempts) }
    }
  }

  return {
    run() {
      running ??= runOnce()
        .catch((error) => {
          failed(error)
          return 0
        })
        .finally(() => {
          running = undefined
        })
      return running
    },
    async stop() {
      stopped = true
      await running
    },
  }
}

/** What everybody who may see a message sees of it. */
export function presentOutboxRow(row: OutboxRow) {
  return {
    id: row.id,
    to: row.to_address,
    status: row.status,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  }
}
