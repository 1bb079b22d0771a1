import type { Project, Environment as WireEnvironment } from '@claviger/contract'
import type { Environment } from '#kernel/principal'
import { environmentOf } from './environment.js'
import { statusOf } from './project.js'
import type { ProjectRow } from './store.js'

export function presentEnvironment(environment: Environment): WireEnvironment {
  const { id, projectId, projectSlug, name, settings, createdAt, updatedAt } = environment
  return { id, projectId, projectSlug, name, settings, createdAt, updatedAt }
}

export function presentProject(row: ProjectRow): Project {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    isDefault: row.is_default,
    status: statusOf(row),
    metadata: row.metadata,
    environments: row.environments.map((environment) => presentEnvironment(environmentOf(environment))),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    purge:
      row.purge_requested_at === null
        ? null
        : { requestedAt: row.purge_requested_at, removedRows: row.purged_rows },
  }
}
