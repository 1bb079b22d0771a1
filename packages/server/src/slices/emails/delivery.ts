import type { Email } from '@claviger/contract'
import type { Queries, Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import { type Content, openContent } from './content.js'
import { presentEmail } from './present.js'
import * as store from './store.js'

/** A mail as it is handed in. The id is part of its Message-ID, by which a second copy is recognised. */
export interface Mail extends Content {
  readonly id: string
  readonly to: string
}

/** Hands mails to an SMTP server; throws if that does not take one. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}

/** What the server lends to delivery, since nobody calls. */
export interface Post {
  readonly anywhere: Queries
  readonly seal: Seal
  /** Undefined where no SMTP server is configured: mails then stay where they are. */
  readonly mailer: Mailer | undefined
  transaction<T>(environmentId: string, work: (tx: Transaction) => Promise<T>): Promise<T>
  record(tx: Transaction, type: 'email.sent' | 'email.failed', data: { email: Email }): Promise<void>
  /** Told of what went wrong with the queue itself; mails that an SMTP server refuses are not. */
  failed(error: unknown): void
}

export interface Delivery {
  /** Delivers what is due, and answers how many tries that were. Never two runs of one node at once. */
  run(): Promise<number>
  /** Finishes the mails that are being sent and takes no further ones. */
  stop(): Promise<void>
}

const batchMax = 5
/** More than the mailer lets a mail take, and little enough that a mail survives the death of its node in time. */
const leaseSeconds = 120
export const attemptsMax = 12

/** When to try again: after 15 s, then twice as long every time, up to an hour. Twelve tries take four hours. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(15 * 2 ** (attempts - 1), 3_600)
}

/** Sends mails from the queue. Any number of nodes may do it at once: the claim gives each mail to one of them. */
export function createDelivery(post: Post): Delivery {
  let running: Promise<number> | undefined
  let stopped = false

  async function runOnce(): Promise<number> {
    let tries = 0
    while (!stopped) {
      const claimed = await store.claimEmails(post.anywhere, batchMax, leaseSeconds)
      await Promise.all(claimed.map((row) => deliver(post, row)))
      tries += claimed.length
      if (claimed.length < batchMax) break
    }
    return tries
  }

  return {
    run() {
      running ??= runOnce()
        .catch((error) => {
          post.failed(error)
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

async function deliver(post: Post, row: store.ClaimedRow): Promise<void> {
  const outcome = await attempt(post, row)
  await post.transaction(row.environment_id, async (tx) => {
    const settled = await store.settle(tx, row, outcome)
    if (settled?.status === 'sent' || settled?.status === 'failed') {
      await post.record(tx, `email.${settled.status}`, { email: presentEmail(settled) })
    }
  })
}

async function attempt(
  { mailer, seal }: Post,
  row: store.ClaimedRow,
): Promise<Parameters<typeof store.settle>[2]> {
  if (!mailer) return { status: 'kept' }
  try {
    const content = openContent(seal, row.environment_id, row.id, row.content_sealed)
    await mailer.send({ ...content, id: row.id, to: row.to_address })
    return { status: 'sent' }
  } catch (failure) {
    const error = (failure instanceof Error ? failure.message : String(failure)).slice(0, 500)
    if (row.attempts >= attemptsMax) return { status: 'failed', error }
    return { status: 'queued', error, retryInSeconds: retryDelaySeconds(row.attempts) }
  }
}
