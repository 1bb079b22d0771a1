import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Environment } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { environmentOf } from './environment.js'
import * as store from './store.js'

/** The project of this id; one that is deleted is as unknown as one that never was. */
export async function existingProject(
  queries: Queries,
  id: string,
  options: { includeDeleted?: boolean | undefined } = {},
): Promise<store.ProjectRow> {
  const row = await store.findProject(queries, id, options.includeDeleted)
  if (!row) throw fail(errors.project_not_found)
  return row
}

/** The environment of this id, in this very project. */
export async function existingEnvironment(
  queries: Queries,
  { projectId, environmentId }: { projectId: string; environmentId: string },
): Promise<Environment> {
  const { environments } = await existingProject(queries, projectId)
  const row = environments.find(({ environment_id }) => environment_id === environmentId)
  if (!row) throw fail(errors.project_environment_not_found)
  return environmentOf(row)
}
