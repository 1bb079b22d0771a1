import type { EnvironmentSettings } from '@claviger/contract'
import { instanceEnvironmentId, instanceProject } from '#kernel/instance-environment'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { containing, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import type { EnvironmentRow } from './environment.js'

const environmentColumns = sql`
  e.id as environment_id, e.name as environment_name, e.settings, p.id as project_id, p.slug as project_slug,
  e.created_at as environment_created_at, e.updated_at as environment_updated_at`

export interface ProjectRow {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly is_default: boolean
  readonly metadata: Record<string, unknown>
  readonly created_at: string
  readonly updated_at: string
  readonly deleted_at: string | null
  readonly purge_requested_at: string | null
  readonly purged_rows: number
  readonly environments: readonly EnvironmentRow[]
}

/** Finds an environment by the name that people give it. */
export function findEnvironment(anywhere: Queries, projectSlug: string, name: string) {
  return anywhere.first(query<EnvironmentRow>`
    select ${environmentColumns} from environments e join projects p on p.id = e.project_id
    where p.slug = ${projectSlug} and e.name = ${name} and p.deleted_at is null`)
}

/** Finds the environment of the instance itself, whose project is hidden. */
export function findInstanceEnvironment(anywhere: Queries) {
  return anywhere.first(query<EnvironmentRow>`
    select e.id as environment_id, e.name as environment_name, e.settings, e.project_id,
      ${instanceProject.slug}::text as project_slug, e.created_at as environment_created_at,
      e.updated_at as environment_updated_at
    from environments e where e.id = ${instanceEnvironmentId}`)
}

/**
 * Whether pages of this origin, given in lower case, are allowed somewhere: what may be told before an
 * environment is known.
 */
export async function isAllowedSomewhere(anywhere: Queries, origin: string): Promise<boolean> {
  const anyPort = `${origin.replace(/:\d+$/, '')}:*`
  const row = await anywhere.first(query`
    select from environments e join projects p on p.id = e.project_id and p.deleted_at is null
    where lower(e.settings ->> 'allowedOrigins')::jsonb ?| array[${origin}, ${anyPort}]
       or (e.name = 'test' and not e.settings ? 'allowedOrigins'
           and ${anyPort} in ('http://localhost:*', 'http://127.0.0.1:*'))
    limit 1`)
  return row !== undefined
}

export function updateSettings(tx: Transaction, settings: Partial<EnvironmentSettings>) {
  return tx.first(query<EnvironmentRow>`
    update environments e set settings = e.settings || ${JSON.stringify(settings)}::jsonb, updated_at = instant()
    from projects p
    where e.id = ${tx.environmentId} and p.id = e.project_id
    returning ${environmentColumns}`)
}

/** Environments of a project, live before test. The instants are written as the wire shows them. */
const environmentsOfProject = sql`
  (select coalesce(jsonb_agg(jsonb_build_object(
     'environment_id', e.id, 'environment_name', e.name, 'settings', e.settings,
     'project_id', p.id, 'project_slug', p.slug,
     'environment_created_at', to_char(e.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
     'environment_updated_at', to_char(e.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by e.name), '[]')
   from environments e where e.project_id = p.id) as environments`

const projectColumns = sql`p.*, ${environmentsOfProject}`

interface ProjectFilter {
  readonly slug?: string
  readonly search?: string
  readonly includeDeleted?: boolean
  /** Only these; every project where it is undefined. */
  readonly ids?: readonly string[] | undefined
}

export function listProjects(anywhere: Queries, filter: ProjectFilter, request: PageRequest) {
  const { slug, search, includeDeleted = false, ids } = filter
  const part = containing(search ?? '')
  return listPage<ProjectRow>(anywhere, request, {
    columns: projectColumns,
    from: sql`projects p`,
    where: [
      !includeDeleted && sql`p.deleted_at is null`,
      ids !== undefined && sql`p.id = any(${ids})`,
      slug !== undefined && sql`p.slug = ${slug}`,
      search !== undefined && sql`(lower(p.name) like lower(${part}) or p.slug like lower(${part}))`,
    ],
    order: ['p.created_at', 'p.id'],
  })
}

export function findProject(queries: Queries, id: string, includeDeleted = false) {
  return queries.first(query<ProjectRow>`
    select ${projectColumns} from projects p
    where p.id = ${id} and (p.deleted_at is null or ${includeDeleted}::boolean)`)
}

export function listEnvironments(anywhere: Queries, projectId: string, request: PageRequest) {
  return listPage<EnvironmentRow & { id: string; created_at: string }>(anywhere, request, {
    columns: sql`${environmentColumns}, e.id, e.created_at`,
    from: sql`environments e join projects p on p.id = e.project_id`,
    where: [sql`p.id = ${projectId}`, sql`p.deleted_at is null`],
    order: ['e.created_at', 'e.id'],
  })
}

/** Inserts a project; false where the slug is taken. The index decides: two requests may arrive together. */
export async function insertProject(
  tx: Transaction,
  project: { id: string; slug: string; name: string; metadata: Record<string, unknown> },
): Promise<boolean> {
  const { id, slug, name, metadata } = project
  const inserted = await tx.run(query`
    insert into projects (id, slug, name, metadata)
    values (${id}, ${slug}, ${name}, ${JSON.stringify(metadata)}::jsonb)
    on conflict (slug) do nothing`)
  return inserted > 0
}

/** Inserts an environment into a project; false where the project has one of this name, or is deleted. */
export async function insertEnvironment(
  tx: Transaction,
  environment: { id: string; projectId: string; name: string; settings: Partial<EnvironmentSettings> },
): Promise<boolean> {
  const { id, projectId, name, settings } = environment
  const inserted = await tx.run(query`
    insert into environments (id, project_id, name, settings)
    select ${id}::uuid, p.id, ${name}, ${JSON.stringify(settings)}::jsonb from projects p
    where p.id = ${projectId} and p.deleted_at is null
    on conflict (project_id, name) do nothing`)
  return inserted > 0
}

export function updateProject(
  tx: Transaction,
  id: string,
  { name = null, metadata }: { name?: string | null; metadata?: Record<string, unknown> },
) {
  return tx.first(query<ProjectRow>`
    update projects p set updated_at = instant(), name = coalesce(${name}, p.name),
      metadata = coalesce(${metadata ? JSON.stringify(metadata) : null}::jsonb, p.metadata)
    where p.id = ${id} and p.deleted_at is null
    returning ${projectColumns}`)
}

/** Lets one transaction at a time decide which project is the default. */
export async function lockDefault(tx: Transaction): Promise<void> {
  await tx.run(query`select pg_advisory_xact_lock(hashtextextended('projects/default', 0))`)
}

export function takeDefault(tx: Transaction) {
  return tx.first(query<ProjectRow>`
    update projects p set is_default = false, updated_at = instant() where p.is_default
    returning ${projectColumns}`)
}

export function giveDefault(tx: Transaction, id: string) {
  return tx.first(query<ProjectRow>`
    update projects p set is_default = true, updated_at = instant()
    where p.id = ${id} and p.deleted_at is null
    returning ${projectColumns}`)
}

/** Deletes a project that can be deleted; undefined for every other one. */
export function deleteProject(tx: Transaction, id: string) {
  return tx.first(query<ProjectRow>`
    update projects p set deleted_at = instant(), updated_at = instant()
    where p.id = ${id} and p.deleted_at is null and not p.is_default
    returning ${projectColumns}`)
}

/** Recovers a project that can be recovered; undefined for every other one. */
export function recoverProject(tx: Transaction, id: string) {
  return tx.first(query<ProjectRow>`
    update projects p set deleted_at = null, updated_at = instant()
    where p.id = ${id} and p.deleted_at is not null and p.purge_requested_at is null
    returning ${projectColumns}`)
}

/** Hands a project to the job that removes it; undefined for one that cannot be, or that it has already. */
export function requestPurge(tx: Transaction, id: string) {
  return tx.first(query<ProjectRow>`
    update projects p set deleted_at = coalesce(p.deleted_at, instant()), purge_requested_at = instant(),
      updated_at = instant()
    where p.id = ${id} and p.purge_requested_at is null and not p.is_default
    returning ${projectColumns}`)
}

/** Hands an environment to the job that removes it; false for the last one of its project. */
export async function detachEnvironment(tx: Transaction, projectId: string, id: string): Promise<boolean> {
  const { detached } = await tx.one(query<{ detached: boolean }>`
    select detach_environment(${projectId}, ${id}) as detached`)
  return detached
}

/** Removes the next rows of an environment that waits for it; null where none waits. */
export async function purgeEnvironment(tx: Transaction, rowsMax: number): Promise<number | null> {
  const { removed } = await tx.one(query<{ removed: number | null }>`
    select purge_environment(${rowsMax}) as removed`)
  return removed
}

/** Removes a project that waits for it and has no environment any more; undefined where none does. */
export function purgeProject(tx: Transaction) {
  return tx.first(query<ProjectRow>`
    select p.*, '[]'::jsonb as environments from purge_project() p`)
}
