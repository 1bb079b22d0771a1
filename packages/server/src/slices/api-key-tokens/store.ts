import type { Queries } from '#kernel/queries'
import { statement } from '#platform/db/statement'

/** A key as a token says it. */
export interface TokenKey {
  readonly id: string
  readonly audience: string | null
  readonly user_id: string | null
  readonly organization_id: string | null
  readonly scopes: string[]
  readonly token_version: number
  /** When the key ends, or this secret of it does. */
  readonly ends_at: string | null
}

/**
 * Finds a key by the hash of a secret that works at this instant. That it does, and which version of the key it is,
 * are of one statement: an end that comes after it has a later version.
 */
export function findWorkingKey(queries: Queries, hash: Buffer): Promise<TokenKey | undefined> {
  return queries.first(
    statement<TokenKey>(
      `select k.id, a.audience, k.user_id, k.organization_id, k.scopes, k.token_version,
              least(k.expires_at, case when k.hash <> $2 then k.previous_ends_at end) as ends_at
       from api_keys k join apis a on a.environment_id = k.environment_id and a.id = k.api_id
       where k.environment_id = $1 and api_key_status(k) = 'active'
         and (k.hash = $2 or k.previous_hash = $2 and k.previous_ends_at > instant())`,
      [queries.environmentId, hash],
    ),
  )
}

/** The keys that ended within the last seconds, each with the lowest version whose tokens are good. */
export function listRevocations(queries: Queries, withinSeconds: number) {
  return queries.many(
    statement<{ api_key_id: string; token_version: number }>(
      `select api_key_id, max(token_version) as token_version from api_key_revocations
       where environment_id = $1 and ended_at <= instant() and ended_at > instant() - $2 * interval '1 second'
       group by api_key_id order by api_key_id`,
      [queries.environmentId, withinSeconds],
    ),
  )
}

export async function sweepRevocations(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_api_key_revocations()', []))
}
