import { inOrderOf } from '#kernel/group-by'
import type { LookUp } from '#kernel/look-up'
import type { Queries, Transaction } from '#kernel/queries'
import { idArray } from '#platform/db/binary-arrays'
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
export function byClaims<Value>(
  make: (token: FoundToken) => Value,
): LookUp<Pick<AccessTokenClaims, 'env' | 'sub' | 'api' | 'jti'>, FoundToken[], Value> {
  return {
    name: 'access_tokens',
    sql: (...claims) => `(select json_agg(f) from find_access_tokens(${claims}) f)`,
    ask(tokens) {
      const ids = tokens.map(({ jti }) => jti)
      return {
        parameters: [
          idArray(tokens.map(({ env }) => env)),
          idArray(tokens.map(({ sub }) => sub)),
          idArray(tokens.map(({ api }) => api)),
          idArray(ids),
        ],
        read(found) {
          const good = inOrderOf(ids, withInstants(found ?? []), ({ jti }) => jti)
          return good.map((token) => token && make(token))
        },
      }
    },
  }
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
