import type { ClaimedRow, OutboxRow, Outcome } from '#kernel/outbox'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { countOf, query, sql } from './build.js'
import { listPage } from './list-page.js'
import { statement } from './statement.js'

const columns = sql`id, kind, to_address, status, attempts, last_error, created_at, sent_at`

/** A message as it is put into an outbox. */
export interface NewMessage {
  readonly id: string
  readonly kind: string
  readonly to: string
  readonly contentSealed: Buffer
}

/** The statements of a table that is an outbox; they are the same whatever kind of message it holds. */
export function outboxOf<C extends ClaimedRow>(table: 'emails' | 'text_messages') {
  const from = sql.ref(table)
  return {
    insert(tx: Transaction, { id, kind, to, contentSealed }: NewMessage): Promise<OutboxRow> {
      return tx.one(query<OutboxRow>`
        insert into ${from} (environment_id, id, kind, to_address, content_sealed)
        values (${tx.environmentId}, ${id}, ${kind}, ${to}, ${contentSealed})
        returning ${columns}`)
    },

    /** Keeps what is written of a message and its event. */
    keep: (tx: Transaction, work: () => Promise<void>) => inSavepoint(tx, 'release', work),

    /** Has all of it written, and goes on without it. */
    undo: (tx: Transaction, work: () => Promise<void>) => inSavepoint(tx, 'rollback to', work),

    find(read: Queries, id: string): Promise<(OutboxRow & { content_sealed: Buffer | null }) | undefined> {
      return read.first(query<OutboxRow & { content_sealed: Buffer | null }>`
        select ${columns}, content_sealed from ${from}
        where environment_id = ${read.environmentId} and id = ${id}`)
    },

    list(read: Queries, filter: { readonly to?: string }, request: PageRequest) {
      return listPage<OutboxRow>(read, request, {
        columns,
        from,
        where: [
          sql`environment_id = ${read.environmentId}`,
          filter.to !== undefined && sql`lower(to_address) = lower(${filter.to})`,
        ],
        counted: filter.to === undefined ? countOf(read.environmentId, table) : undefined,
      })
    },

    claim(anywhere: Queries, messagesMax: number, leaseSeconds: number): Promise<C[]> {
      return anywhere.many(statement<C>(`select * from claim_${table}($1, $2)`, [messagesMax, leaseSeconds]))
    },

    settle(tx: Transaction, claimed: ClaimedRow, outcome: Outcome): Promise<OutboxRow | undefined> {
      const { status, error = null, retryInSeconds = 0 } = outcome
      return tx.first(query<OutboxRow>`
        update ${from} set status = ${status}, last_error = ${error}, claimed_until = null,
          next_attempt_at = instant() + ${retryInSeconds} * interval '1 second',
          sent_at = case when ${status === 'sent'} then instant() end,
          content_sealed = case when ${status !== 'sent'} then content_sealed end
        where environment_id = ${tx.environmentId} and id = ${claimed.id} and attempts = ${claimed.attempts}
          and status = 'queued'
        returning ${columns}`)
    },
  }
}

/** In a savepoint either way, so that what is kept takes as long as what is undone. */
async function inSavepoint(
  tx: Transaction,
  end: 'release' | 'rollback to',
  work: () => Promise<void>,
): Promise<void> {
  await tx.run(statement('savepoint message', []))
  await work()
  await tx.run(statement(`${end} savepoint message`, []))
}
