import type { Project } from '@claviger/sdk'
import type { Connection } from './connection.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { printable } from './output/printable.js'

/** Finds a project by its slug, also one that is deleted. */
export async function findProject({ client }: Connection, slug: string): Promise<Project> {
  const { projects } = await client.projects.list({ slug, includeDeleted: true, limit: 1 })
  if (projects[0]) return projects[0]
  throw new CommandError(
    exitCodes.notFound,
    `There is no project ${printable(slug)}. Look for it with claviger projects list --deleted.`,
  )
}
