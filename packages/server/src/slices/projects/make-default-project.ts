import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { existingProject } from './existing-project.js'
import { moveDefault } from './move-default.js'
import { presentProject } from './present.js'

/** Makes a project the default in place of the one that is. */
export const makeDefaultProject = implement(api.projects.makeDefaultProject).handler(
  async (call, { params }) => {
    const current = await existingProject(call.anywhere, params.projectId)
    if (current.is_default) return { project: presentProject(current) }
    const project = await call.tx(async (tx) => {
      const updated = presentProject(await moveDefault(call, tx, params.projectId))
      await call.record(tx, 'project.updated', { project: updated })
      return updated
    })
    return { project }
  },
)
