import type { Queries, Transaction } from '#kernel/queries'
import { statement } from '#platform/db/statement'

/** A key as a verification needs it. */
export interface FoundKey {
  readonly hash: Buffer
  readonly environment_id: string
  readonly id: string
  readonly api_id: string
  readonly audience: string | null
  readonly name: string
  readonly user_id: string | null
  readonly organization_id: string | null
  readonly scopes: string[]
  readonly status: 'active' | 'disabled' | 'expired' | 'owner_disabled' | 'revoked'
  readonly ip_allow_list: string[] | null
  readonly rate_limit_per_minute: number | null
  readonly credits: number | null
  readonly expires_at: string | null
  readonly metadata: Record<string, unknown>
  readonly verification_count: number
  readonly last_verified_at: string | null
}

/** Finds keys by their hashes, in whatever environment they are. */
export function findByHashes(anywhere: Queries, hashes: readonly Buffer[]) {
  return anywhere.many(statement<FoundKey>('select * from find_api_keys($1)', [hashes]))
}

/** Verifications of one key that are to be written down. */
export interface KeyCount {
  readonly environmentId: string
  readonly id: string
  readonly times: number
  readonly verifiedAt: string
  readonly verifiedIp: string | null
}

/** Adds to the counts of keys. */
export function countKeys(tx: Transaction, counts: readonly KeyCount[]): Promise<unknown> {
  return tx.run(
    statement('select count_api_keys($1, $2, $3, $4, $5)', [
      counts.map(({ environmentId }) => environmentId),
      counts.map(({ id }) => id),
      counts.map(({ times }) => times),
      counts.map(({ verifiedAt }) => verifiedAt),
      counts.map(({ verifiedIp }) => verifiedIp),
    ]),
  )
}

/** Which of the costs of one key were paid, and what is left of its credits. */
export function spendCredits(queries: Queries, id: string, costs: readonly number[]) {
  return queries.one(
    statement<{ granted: boolean[]; credits_left: number | null }>(
      'select * from spend_api_key_credits($1, $2)',
      [id, costs],
    ),
  )
}

export { createRequestCounter } from '#platform/db/count-together'
