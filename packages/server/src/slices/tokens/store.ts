import type { Queries, Transaction } from '#kernel/queries'
import { query } from '#platform/db/build'
import { withInstants } from '#platform/db/json-rows'
import { statement } from '#platform/db/statement'
import type { EnvironmentRow } from '#slices/projects'
import type { AccessTokenClaims } from './access-token.js'

/** A token that is good, and what its application may do at this instant; null for all scopes. */
export interface FoundToken extends EnvironmentRow {
  readonly jti: string
  readonly scopes: readonly string[] | null
  readonly is_management: boolean
}

/** Finds what verified tokens are still good for, in whatever environments they are. */
export async function findTokens(
  anywhere: Queries,
  tokens: readonly Pick<AccessTokenClaims, 'env' | 'sub' | 'api' | 'jti'>[],
): Promise<FoundToken[]> {
  const { found } = await anywhere.one(
    statement<{ found: FoundToken[] | null }>(
      'select json_agg(f) as found from find_access_tokens($1, $2, $3, $4) f',
      [
        tokens.map(({ env }) => env),
        tokens.map(({ sub }) => sub),
        tokens.map(({ api }) => api),
        tokens.map(({ jti }) => jti),
      ],
    ),
  )
  return withInstants(found ?? [])
}

export async function isRevoked(queries: Queries, jti: string): Promise<boolean> {
  const row = await queries.first(query`
    select from revoked_tokens where environment_id = ${queries.environmentId} and jti = ${jti}`)
  return row !== undefined
}

/** Answers whether it was not revoked before. */
export async function revokeToken(tx: Transaction, jti: string, expiresAt: string): Promise<boolean> {
  const revoked = await tx.run(query`
    insert into revoked_tokens (environment_id, jti, expires_at)
    values (${tx.environmentId}, ${jti}, ${expiresAt})
    on conflict (environment_id, jti) do nothing`)
  return revoked > 0
}

export async function sweepRevokedTokens(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_revoked_tokens()', []))
}
