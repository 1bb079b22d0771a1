import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { changeProjects } from './change-projects.js'

/** Takes one of the projects that somebody administers away. */
export const unassignProject = implement(api.administrators.unassignProject).handler(
  async (call, { params }) => ({
    administrator: await changeProjects(call, params, 'remove'),
  }),
)
