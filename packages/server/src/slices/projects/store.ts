import type { EnvironmentSettings } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { query, sql } from '#platform/db/build'
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
  readonly created_at: string
  readonly updated_at: string
  readonly environments: readonly EnvironmentRow[]
}

/** Finds an environment by the name that people give it. */
export function findEnvironment(anywhere: Queries, projectSlug: string, name: string) {
  return anywhere.first(query<EnvironmentRow>`
    select ${environmentColumns} from environments e join projects p on p.id = e.project_id
    where p.slug = ${projectSlug} and e.name = ${name} and p.deleted_at is null`)
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
  return tx.one(query<EnvironmentRow>`
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

export function listProjects(anywhere: Queries, request: PageRequest) {
  return listPage<ProjectRow>(anywhere, request, {
    columns: sql`p.*, ${environmentsOfProject}`,
    from: sql`projects p`,
    where: [sql`p.deleted_at is null`],
    order: ['p.created_at', 'p.id'],
  })
}

export function findProject(anywhere: Queries, id: string) {
  return anywhere.first(query<ProjectRow>`
    select p.*, ${environmentsOfProject} from projects p where p.id = ${id} and p.deleted_at is null`)
}
