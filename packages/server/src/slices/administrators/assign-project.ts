import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { changeProjects } from './change-projects.js'

/** Adds a project to those that somebody administers, whatever is done to the others meanwhile. */
export const assignProject = implement(api.administrators.assignProject).handler(
  async (call, { params }) => ({
    administrator: await changeProjects(call, params, 'add'),
  }),
)
