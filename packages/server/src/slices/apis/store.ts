import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import { groupBy } from '#kernel/group-by'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { containing, query, sql } from '#platform/db/build'
import { violatedConstraint } from '#platform/db/database-error'
import { listPage } from '#platform/db/list-page'
import { type ScopeNames, scopeNames } from './scope-names.js'

export interface ApiRow {
  readonly id: string
  readonly name: string
  /** Null for the management API, whose audience is the public URL of the server. */
  readonly audience: string | null
  readonly created_at: string
  readonly updated_at: string
}

export interface ScopeRow {
  readonly id: string
  readonly api_id: string
  readonly key: string
  readonly description: string | null
  readonly created_at: string
}

const apiColumns = sql`a.id, a.name, a.audience, a.created_at, a.updated_at`
const scopeColumns = sql`s.id, s.api_id, s.key, s.description, s.created_at`

export interface ApiFilter {
  readonly search?: string
  readonly isManagement?: boolean
}

export function listApis(read: Queries, { search, isManagement }: ApiFilter, request: PageRequest) {
  return listPage<ApiRow>(read, request, {
    columns: apiColumns,
    from: sql`apis a`,
    where: [
      sql`a.environment_id = ${read.environmentId}`,
      search !== undefined &&
        sql`(a.name ilike ${containing(search)} or a.audience ilike ${containing(search)})`,
      isManagement !== undefined && sql`(a.audience is null) = ${isManagement}`,
    ],
    order: ['a.created_at', 'a.id'],
  })
}

export interface OfferedApiRow {
  readonly id: string
  readonly name: string
  readonly audience: string
  readonly scopes: readonly { readonly key: string; readonly description: string | null }[]
  readonly created_at: string
}

/** The APIs that keys can be for, which is every one but the management API, with their scopes by key. */
export function listOfferedApis(read: Queries, request: PageRequest) {
  return listPage<OfferedApiRow>(read, request, {
    columns: sql`a.id, a.name, a.audience, a.created_at, coalesce((
      select jsonb_agg(jsonb_build_object('key', s.key, 'description', s.description) order by s.key)
      from api_scopes s where s.environment_id = a.environment_id and s.api_id = a.id), '[]') as scopes`,
    from: sql`apis a`,
    where: [sql`a.environment_id = ${read.environmentId} and a.audience is not null`],
    order: ['a.created_at', 'a.id'],
  })
}

export function findApi(queries: Queries, id: string): Promise<ApiRow | undefined> {
  return queries.first(query<ApiRow>`
    select ${apiColumns} from apis a where a.environment_id = ${queries.environmentId} and a.id = ${id}`)
}

export function findManagementApi(queries: Queries): Promise<ApiRow | undefined> {
  return queries.first(query<ApiRow>`
    select ${apiColumns} from apis a where a.environment_id = ${queries.environmentId} and a.audience is null`)
}

/** Finds an API and has every other change of it or of its scopes wait for this transaction. */
export function lockApi(tx: Transaction, id: string): Promise<ApiRow | undefined> {
  return tx.first(query<ApiRow>`
    select ${apiColumns} from apis a where a.environment_id = ${tx.environmentId} and a.id = ${id} for update`)
}

/** Finds an API that stays, with its scopes, until the transaction is over. */
export function holdApi(tx: Transaction, id: string): Promise<ApiRow | undefined> {
  return tx.first(query<ApiRow>`
    select ${apiColumns} from apis a where a.environment_id = ${tx.environmentId} and a.id = ${id} for share`)
}

export async function insertApi(
  tx: Transaction,
  { id, name, audience }: { readonly id: string; readonly name: string; readonly audience: string },
): Promise<ApiRow> {
  try {
    return await tx.one(query<ApiRow>`
      insert into apis as a (environment_id, id, name, audience)
      values (${tx.environmentId}, ${id}, ${name}, ${audience})
      returning ${apiColumns}`)
  } catch (error) {
    throw violatedConstraint(error) === 'apis_audience' ? fail(errors.audience_taken, { audience }) : error
  }
}

export function renameApi(tx: Transaction, id: string, name: string): Promise<ApiRow> {
  return tx.one(query<ApiRow>`
    update apis a set name = ${name}, updated_at = instant()
    where a.environment_id = ${tx.environmentId} and a.id = ${id}
    returning ${apiColumns}`)
}

/** Deletes an API; its scopes, its keys and what applications are allowed of it go by foreign key. */
export async function deleteApi(tx: Transaction, id: string): Promise<void> {
  await tx.run(query`delete from apis where environment_id = ${tx.environmentId} and id = ${id}`)
}

export function listScopes(
  read: Queries,
  apiId: string,
  { search }: { readonly search?: string },
  request: PageRequest,
) {
  return listPage<ScopeRow>(read, request, {
    columns: scopeColumns,
    from: sql`api_scopes s`,
    where: [
      sql`s.environment_id = ${read.environmentId} and s.api_id = ${apiId}`,
      search !== undefined &&
        sql`(s.key ilike ${containing(search)} or s.description ilike ${containing(search)})`,
    ],
    order: ['s.created_at', 's.id'],
  })
}

export function findScope(queries: Queries, apiId: string, id: string): Promise<ScopeRow | undefined> {
  return queries.first(query<ScopeRow>`
    select ${scopeColumns} from api_scopes s
    where s.environment_id = ${queries.environmentId} and s.api_id = ${apiId} and s.id = ${id}`)
}

/** Of APIs of the customer's own among these, their scopes; none of it goes away before the transaction ends. */
export async function holdScopes(
  tx: Transaction,
  apiIds: readonly string[],
): Promise<Map<string, ScopeNames>> {
  const apis = await tx.many(query<{ id: string }>`
    select id from apis where environment_id = ${tx.environmentId} and id = any(${apiIds}) and audience is not null
    order by id for key share`)
  const scopes = await tx.many(query<{ api_id: string; id: string; key: string }>`
    select api_id, id, key from api_scopes
    where environment_id = ${tx.environmentId} and api_id = any(${apiIds})
    order by id for key share`)
  const byApi = groupBy(scopes, ({ api_id }) => api_id)
  return new Map(apis.map(({ id }) => [id, scopeNames(byApi.get(id) ?? [])]))
}

export async function insertScope(
  tx: Transaction,
  scope: {
    readonly id: string
    readonly apiId: string
    readonly key: string
    readonly description: string | null
  },
): Promise<ScopeRow> {
  const { id, apiId, key, description } = scope
  try {
    return await tx.one(query<ScopeRow>`
      insert into api_scopes as s (environment_id, id, api_id, key, description)
      values (${tx.environmentId}, ${id}, ${apiId}, ${key}, ${description})
      returning ${scopeColumns}`)
  } catch (error) {
    const isTaken = violatedConstraint(error) === 'api_scopes_key'
    throw isTaken ? fail(errors.api_scope_taken, { scope: key }) : error
  }
}

export function describeScope(
  tx: Transaction,
  apiId: string,
  id: string,
  description: string | null,
): Promise<ScopeRow | undefined> {
  return tx.first(query<ScopeRow>`
    update api_scopes s set description = ${description}
    where s.environment_id = ${tx.environmentId} and s.api_id = ${apiId} and s.id = ${id}
    returning ${scopeColumns}`)
}

/** Deletes a scope and takes it from every key and application that names it. */
export async function deleteScope(tx: Transaction, { id, api_id, key }: ScopeRow): Promise<void> {
  await tx.run(query`
    delete from api_scopes where environment_id = ${tx.environmentId} and api_id = ${api_id} and id = ${id}`)
  for (const table of [sql.ref('api_keys'), sql.ref('application_apis')]) {
    await tx.run(query`
      update ${table} set scopes = array_remove(scopes, ${key})
      where environment_id = ${tx.environmentId} and api_id = ${api_id} and ${key} = any(scopes)`)
  }
}
