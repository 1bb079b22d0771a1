import type { Queries, Transaction } from '#kernel/queries'
import { build, query } from '#platform/db/build'

export { uncountRequests } from '#platform/db/count-requests'

export interface SecondFactorsRow {
  readonly totp_enabled_at: string | null
  readonly recovery_codes_left: number
  readonly organization_requires: boolean
}

export function findSecondFactors(queries: Queries, userId: string): Promise<SecondFactorsRow> {
  const { environmentId } = queries
  return queries.one(query<SecondFactorsRow>`
    select (select f.confirmed_at from totp_factors f
            where f.environment_id = ${environmentId} and f.user_id = ${userId}) as totp_enabled_at,
           (select count(*)::int from recovery_codes r
            where r.environment_id = ${environmentId} and r.user_id = ${userId}
              and r.used_at is null) as recovery_codes_left,
           exists (select from memberships m
                   join organizations o on o.environment_id = m.environment_id and o.id = m.organization_id
                   where m.environment_id = ${environmentId} and m.user_id = ${userId}
                     and o.requires_second_factor) as organization_requires`)
}

export interface TotpRow {
  readonly secret_sealed: Buffer
  readonly is_confirmed: boolean
}

export function findTotp(queries: Queries, userId: string): Promise<TotpRow | undefined> {
  return queries.first(query<TotpRow>`
    select secret_sealed, confirmed_at is not null as is_confirmed from totp_factors
    where environment_id = ${queries.environmentId} and user_id = ${userId}`)
}

/** Keeps a new secret in the place of one that was not confirmed; whether there was none that was. */
export async function keepTotp(tx: Transaction, userId: string, secretSealed: Buffer): Promise<boolean> {
  const kept = await tx.run(query`
    insert into totp_factors (environment_id, user_id, secret_sealed)
    values (${tx.environmentId}, ${userId}, ${secretSealed})
    on conflict (environment_id, user_id) do update
      set secret_sealed = excluded.secret_sealed, created_at = instant()
      where totp_factors.confirmed_at is null`)
  return kept > 0
}

/** Uses up a step of time, and with it those before it; whether it was unused. The first one confirms. */
export async function useStep(tx: Transaction, userId: string, step: number): Promise<boolean> {
  const used = await tx.run(query`
    update totp_factors set last_used_step = ${step}, confirmed_at = coalesce(confirmed_at, instant())
    where environment_id = ${tx.environmentId} and user_id = ${userId}
      and (last_used_step is null or last_used_step < ${step})`)
  return used > 0
}

/** Takes everything away; whether there was a factor in force. */
export async function deleteSecondFactors(tx: Transaction, userId: string): Promise<boolean> {
  await deleteRecoveryCodes(tx, userId)
  const deleted = await tx.first(query<{ was_confirmed: boolean }>`
    delete from totp_factors where environment_id = ${tx.environmentId} and user_id = ${userId}
    returning confirmed_at is not null as was_confirmed`)
  return deleted?.was_confirmed ?? false
}

export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await deleteRecoveryCodes(tx, userId)
  await tx.run(
    build
      .insertInto('recovery_codes')
      .values(hashes.map((code_hash) => ({ environment_id: tx.environmentId, user_id: userId, code_hash }))),
  )
}

async function deleteRecoveryCodes(tx: Transaction, userId: string): Promise<void> {
  await tx.run(query`
    delete from recovery_codes where environment_id = ${tx.environmentId} and user_id = ${userId}`)
}

/** Uses up a recovery code; whether it was there and unused. */
export async function useRecoveryCode(tx: Transaction, userId: string, hash: Buffer): Promise<boolean> {
  const used = await tx.run(query`
    update recovery_codes set used_at = instant()
    where environment_id = ${tx.environmentId} and user_id = ${userId} and code_hash = ${hash}
      and used_at is null`)
  return used > 0
}

export interface TriesRow {
  readonly requests: number
  readonly reset_seconds: number
}

/**
 * Counts a try before it is looked at, so that tries at the same time do not share a place. Each that has one
 * moves the end of the window, so no window of that length ever holds more; those without one move nothing.
 */
export function countTry(
  queries: Queries,
  bucket: Buffer,
  limit: { readonly triesMax: number; readonly windowSeconds: number },
): Promise<TriesRow> {
  const { triesMax, windowSeconds } = limit
  return queries.one(query<TriesRow>`
    insert into rate_limits (environment_id, bucket_hash, window_ends_at, requests)
    values (${queries.environmentId}, ${bucket}, instant() + ${windowSeconds} * interval '1 second', 1)
    on conflict (environment_id, bucket_hash) do update set
      requests = case when rate_limits.window_ends_at <= instant() then 1
                      else least(rate_limits.requests, ${triesMax}) + 1 end,
      window_ends_at = case when rate_limits.window_ends_at > instant() and rate_limits.requests >= ${triesMax}
                            then rate_limits.window_ends_at else excluded.window_ends_at end
    returning requests, ceil(extract(epoch from window_ends_at - instant()))::int as reset_seconds`)
}
