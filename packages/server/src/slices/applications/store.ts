import type { Application, ApplicationApi } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { containing, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { EnvironmentRow } from '#slices/projects'

export interface ApplicationRow {
  readonly id: string
  readonly name: string
  readonly type: Application['type']
  readonly enabled: boolean
  readonly token_lifetime_seconds: number
  readonly apis: ApplicationApi[]
  readonly previous_secret_ends_at: string | null
  readonly created_by: string
  readonly created_at: string
  readonly updated_at: string
}

/** An application as whoever knows its client id is looked at. */
export interface FoundClient extends EnvironmentRow {
  readonly id: string
  readonly type: Application['type']
  readonly secret_hash: Buffer
  readonly previous_secret_hash: Buffer | null
  readonly enabled: boolean
  readonly token_lifetime_seconds: number
}

const columns = sql`
  c.id, c.name, c.type, c.enabled, c.token_lifetime_seconds, c.created_by, c.created_at, c.updated_at,
  case when c.previous_secret_ends_at > instant() then c.previous_secret_ends_at end as previous_secret_ends_at,
  coalesce((
    select jsonb_agg(jsonb_build_object('apiId', g.api_id, 'scopes', coalesce(to_jsonb(g.scopes), '"*"'))
                     order by g.created_at, g.api_id)
    from application_apis g where g.environment_id = c.environment_id and g.application_id = c.id), '[]') as apis`

/** Finds applications by their client ids, in whatever environment they are. */
export function findClients(anywhere: Queries, clientIds: readonly string[]) {
  return anywhere.many(statement<FoundClient>('select * from find_clients($1)', [clientIds]))
}

export interface ApplicationFilter {
  readonly search?: string
  readonly type?: string
  readonly enabled?: boolean
  readonly apiId?: string
}

export function listApplications(read: Queries, filter: ApplicationFilter, request: PageRequest) {
  const { search, type, enabled, apiId } = filter
  const part = containing(search ?? '')
  return listPage<ApplicationRow>(read, request, {
    columns,
    from: sql`applications c`,
    where: [
      sql`c.environment_id = ${read.environmentId}`,
      search !== undefined && sql`c.name ilike ${part}`,
      type !== undefined && sql`c.type = ${type}`,
      enabled !== undefined && sql`c.enabled = ${enabled}`,
      apiId !== undefined &&
        sql`exists (
          select from application_apis g
          where g.environment_id = c.environment_id and g.application_id = c.id and g.api_id = ${apiId})`,
    ],
    order: ['c.created_at', 'c.id'],
  })
}

export function findApplication(queries: Queries, id: string): Promise<ApplicationRow | undefined> {
  return queries.first(query<ApplicationRow>`
    select ${columns} from applications c where c.environment_id = ${queries.environmentId} and c.id = ${id}`)
}

/**
 * Finds an application and keeps others from changing it until the transaction ends. It is read after the wait: what
 * it is allowed stands in rows of their own, which the statement that waited would show as they were before.
 */
export async function lockApplication(tx: Transaction, id: string): Promise<ApplicationRow | undefined> {
  await tx.run(query`
    select from applications c where c.environment_id = ${tx.environmentId} and c.id = ${id} for update`)
  return findApplication(tx, id)
}

export function insertApplication(
  tx: Transaction,
  application: {
    readonly id: string
    readonly name: string
    readonly type: Application['type']
    readonly secretHash: Buffer
    readonly tokenLifetimeSeconds: number
    readonly createdBy: string
  },
): Promise<ApplicationRow> {
  const { id, name, type, secretHash, tokenLifetimeSeconds, createdBy } = application
  return tx.one(query<ApplicationRow>`
    insert into applications as c
      (environment_id, id, name, type, secret_hash, token_lifetime_seconds, created_by)
    values (${tx.environmentId}, ${id}, ${name}, ${type}, ${secretHash}, ${tokenLifetimeSeconds}, ${createdBy})
    returning ${columns}`)
}

export function updateApplication(
  tx: Transaction,
  id: string,
  changes: { readonly name?: string; readonly enabled?: boolean; readonly tokenLifetimeSeconds?: number },
): Promise<ApplicationRow> {
  const { name = null, enabled = null, tokenLifetimeSeconds = null } = changes
  return tx.one(query<ApplicationRow>`
    update applications c set
      name = coalesce(${name}, c.name),
      enabled = coalesce(${enabled}, c.enabled),
      token_lifetime_seconds = coalesce(${tokenLifetimeSeconds}, c.token_lifetime_seconds),
      updated_at = instant()
    where c.environment_id = ${tx.environmentId} and c.id = ${id}
    returning ${columns}`)
}

/** Replaces the secret; the one before it works for `graceHours` more, and one before that not any more. */
export function replaceSecret(
  tx: Transaction,
  id: string,
  { secretHash, graceHours }: { readonly secretHash: Buffer; readonly graceHours: number },
): Promise<ApplicationRow> {
  return tx.one(query<ApplicationRow>`
    update applications c set
      previous_secret_hash = c.secret_hash,
      previous_secret_ends_at = date_trunc('milliseconds', instant() + ${graceHours} * interval '1 hour'),
      secret_hash = ${secretHash},
      updated_at = instant()
    where c.environment_id = ${tx.environmentId} and c.id = ${id}
    returning ${columns}`)
}

/** Deletes an application; what it was allowed goes by foreign key. */
export async function deleteApplication(tx: Transaction, id: string): Promise<void> {
  await tx.run(query`delete from applications where environment_id = ${tx.environmentId} and id = ${id}`)
}

/** Allows an application an API, in place of what it was allowed of it before; null for all scopes. */
export async function allowApi(
  tx: Transaction,
  applicationId: string,
  apiId: string,
  scopes: readonly string[] | null,
): Promise<void> {
  await tx.run(query`
    insert into application_apis (environment_id, application_id, api_id, scopes)
    values (${tx.environmentId}, ${applicationId}, ${apiId}, ${scopes})
    on conflict (environment_id, application_id, api_id) do update set scopes = excluded.scopes`)
}

export async function removeApi(tx: Transaction, applicationId: string, apiId: string): Promise<boolean> {
  const removed = await tx.run(query`
    delete from application_apis
    where environment_id = ${tx.environmentId} and application_id = ${applicationId} and api_id = ${apiId}`)
  return removed > 0
}

export interface GrantRow {
  readonly api_id: string
  /** Null for the management API. */
  readonly audience: string | null
  /** Null for all scopes of the management API; those of others are there by name. */
  readonly scopes: readonly string[] | null
}

const grantColumns = sql`
  a.id as api_id, a.audience,
  case when g.scopes is null and a.audience is not null
       then array(select s.key from api_scopes s
                  where s.environment_id = a.environment_id and s.api_id = a.id order by s.key)
       else g.scopes end as scopes`
const grants = sql`
  application_apis g join apis a on a.environment_id = g.environment_id and a.id = g.api_id`

/** What an application is allowed of the API with an audience; null means the management API. */
export function findGrantByAudience(queries: Queries, applicationId: string, audience: string | null) {
  return queries.first(query<GrantRow>`
    select ${grantColumns} from ${grants}
    where g.environment_id = ${queries.environmentId} and g.application_id = ${applicationId}
      and a.audience is not distinct from ${audience}`)
}

/** What an application is allowed of an API. */
export function findGrant(queries: Queries, applicationId: string, apiId: string) {
  return queries.first(query<GrantRow>`
    select ${grantColumns} from ${grants}
    where g.environment_id = ${queries.environmentId} and g.application_id = ${applicationId}
      and g.api_id = ${apiId}`)
}

/** The same of an application that works; whoever disables it or takes the API from it waits for the transaction. */
export function holdGrant(tx: Transaction, applicationId: string, apiId: string) {
  return tx.first(query<GrantRow>`
    select ${grantColumns} from ${grants}
    join applications c on c.environment_id = g.environment_id and c.id = g.application_id and c.enabled
    where g.environment_id = ${tx.environmentId} and g.application_id = ${applicationId} and g.api_id = ${apiId}
    for share of c, g`)
}
