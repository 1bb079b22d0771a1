import type { Queries, Transaction } from '#kernel/queries'
import { query } from '#platform/db/build'
import { statement } from '#platform/db/statement'
import type { Purpose } from './verification.js'

/** Who has proved to read what is sent to which address or number. */
export interface Proof {
  readonly user_id: string
  readonly identifier: string
}

/** Keeps a link or a code in the place of the open one of the same purpose and identifier. */
export async function issue(
  tx: Transaction,
  verification: {
    readonly id: string
    readonly purpose: Purpose
    readonly identifier: string
    readonly userId: string | null
    readonly tokenHash?: Buffer
    readonly codeSealed?: Buffer
    readonly minutes: number
  },
): Promise<void> {
  const { id, purpose, identifier, userId, tokenHash = null, codeSealed = null, minutes } = verification
  await tx.run(query`
    insert into verifications
      (environment_id, id, purpose, identifier, user_id, token_hash, code_sealed, expires_at)
    values (${tx.environmentId}, ${id}, ${purpose}, lower(${identifier}), ${userId}, ${tokenHash}, ${codeSealed},
            instant() + ${minutes} * interval '1 minute')
    on conflict (environment_id, purpose, identifier) where consumed_at is null do update set
      id = excluded.id, user_id = excluded.user_id, token_hash = excluded.token_hash,
      code_sealed = excluded.code_sealed, expires_at = excluded.expires_at, created_at = instant()`)
}

/** Takes the token if nobody has; of many who try at once, the lock of the row lets one. */
export function consumeToken(tx: Transaction, purpose: Purpose, tokenHash: Buffer) {
  return tx.first(query<Proof>`
    update verifications set consumed_at = instant()
    where environment_id = ${tx.environmentId} and purpose = ${purpose} and token_hash = ${tokenHash}
      and consumed_at is null and expires_at > instant() and user_id is not null
    returning user_id, identifier`)
}

export interface LinkRow {
  readonly user_id: string
  readonly status: 'open' | 'used' | 'expired'
  readonly expires_at: string
}

/** What became of a link so far; it stays as it is. */
export function findLink(queries: Queries, purpose: Purpose, tokenHash: Buffer) {
  return queries.first(query<LinkRow>`
    select user_id, expires_at,
           case when consumed_at is not null then 'used' when expires_at <= instant() then 'expired'
                else 'open' end as status
    from verifications
    where environment_id = ${queries.environmentId} and purpose = ${purpose} and token_hash = ${tokenHash}
      and user_id is not null`)
}

export function lockOpenCode(tx: Transaction, purpose: Purpose, identifier: string) {
  return tx.first(query<{ id: string; code_sealed: Buffer }>`
    select id, code_sealed from verifications
    where environment_id = ${tx.environmentId} and purpose = ${purpose} and identifier = lower(${identifier})
      and consumed_at is null and expires_at > instant() and user_id is not null and code_sealed is not null
    for update`)
}

export function consume(tx: Transaction, id: string) {
  return tx.first(query<Proof>`
    update verifications set consumed_at = instant()
    where environment_id = ${tx.environmentId} and id = ${id} and consumed_at is null
    returning user_id, identifier`)
}

/** Ends the open links and codes of a user that let somebody in. */
export async function endVerifications(tx: Transaction, userId: string): Promise<void> {
  await tx.run(query`
    update verifications set consumed_at = instant()
    where environment_id = ${tx.environmentId} and user_id = ${userId} and consumed_at is null
      and purpose <> 'email_verification'`)
}

export function countGuess(tx: Transaction, identifierHash: Buffer, windowSeconds: number) {
  return tx.one(query<{ guesses: number; reset_seconds: number }>`
    insert into verification_guesses as g (environment_id, identifier_hash, window_ends_at, guesses)
    values (${tx.environmentId}, ${identifierHash}, instant() + ${windowSeconds} * interval '1 second', 1)
    on conflict (environment_id, identifier_hash) do update set
      guesses = case when g.window_ends_at <= instant() then 1 else g.guesses + 1 end,
      window_ends_at = case when g.window_ends_at <= instant() then excluded.window_ends_at
                            else g.window_ends_at end
    returning guesses, ceil(extract(epoch from window_ends_at - instant()))::int as reset_seconds`)
}

/** Removes what is long over, in every environment. */
export async function sweep(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_verifications()', []))
}
