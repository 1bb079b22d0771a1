import type { Email } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { countOf, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'

export interface EmailRow {
  readonly id: string
  readonly kind: string
  readonly to_address: string
  readonly status: Email['status']
  readonly attempts: number
  readonly last_error: string | null
  readonly created_at: string
  readonly sent_at: string | null
}

const columns = sql`id, kind, to_address, status, attempts, last_error, created_at, sent_at`

interface NewEmail {
  readonly id: string
  readonly kind: string
  readonly to: string
  readonly contentSealed: Buffer
}

export function insertEmail(tx: Transaction, email: NewEmail): Promise<EmailRow> {
  return tx.one(query<EmailRow>`
    insert into emails (environment_id, id, kind, to_address, content_sealed)
    values (${tx.environmentId}, ${email.id}, ${email.kind}, ${email.to}, ${email.contentSealed})
    returning ${columns}`)
}

/** Does work that the transaction goes on with, or goes on without. */
export async function inSavepoint(
  tx: Transaction,
  outcome: 'keep' | 'undo',
  work: () => Promise<void>,
): Promise<void> {
  await tx.run(statement('savepoint mail', []))
  await work()
  await tx.run(statement(outcome === 'keep' ? 'release savepoint mail' : 'rollback to savepoint mail', []))
}

export function findEmail(read: Queries, id: string) {
  return read.first(query<EmailRow & { content_sealed: Buffer | null }>`
    select ${columns}, content_sealed from emails where environment_id = ${read.environmentId} and id = ${id}`)
}

export function listEmails(read: Queries, filter: { readonly to?: string }, request: PageRequest) {
  return listPage<EmailRow>(read, request, {
    columns,
    from: sql`emails`,
    where: [
      sql`environment_id = ${read.environmentId}`,
      filter.to !== undefined && sql`lower(to_address) = lower(${filter.to})`,
    ],
    counted: filter.to === undefined ? countOf(read.environmentId, 'emails') : undefined,
  })
}

export interface ClaimedRow {
  readonly environment_id: string
  readonly id: string
  readonly to_address: string
  readonly content_sealed: Buffer
  readonly attempts: number
}

/** Takes mails that are due, of every environment, for as long as the lease lasts. */
export function claimEmails(anywhere: Queries, emailsMax: number, leaseSeconds: number) {
  return anywhere.many(statement<ClaimedRow>('select * from claim_emails($1, $2)', [emailsMax, leaseSeconds]))
}

/** What became of an attempt; undefined if the lease was over and somebody else has begun another one. */
export function settle(
  tx: Transaction,
  claimed: ClaimedRow,
  outcome: { status: Email['status']; error?: string; retryInSeconds?: number },
): Promise<EmailRow | undefined> {
  const { status, error = null, retryInSeconds = 0 } = outcome
  return tx.first(query<EmailRow>`
    update emails set status = ${status}, last_error = ${error}, claimed_until = null,
      next_attempt_at = instant() + ${retryInSeconds} * interval '1 second',
      sent_at = case when ${status === 'sent'} then instant() end,
      content_sealed = case when ${status !== 'sent'} then content_sealed end
    where environment_id = ${tx.environmentId} and id = ${claimed.id} and attempts = ${claimed.attempts}
      and status = 'queued'
    returning ${columns}`)
}
