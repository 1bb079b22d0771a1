import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { revokeSessionsOfUser } from '#slices/sessions'
import { beginChange, keepOneBeside, setProjects } from './change-administrators.js'
import { existingAdministrator } from './existing-administrator.js'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Changes what somebody administers, and signs that one out: what is open in a browser was made for the role before. */
export const updateAdministrator = implement(api.administrators.updateAdministrator).handler(
  async (call, { params: { administratorId: id }, body }) => {
    const administrator = await call.tx(async (tx) => {
      await beginChange(call, tx)
      const before = await existingAdministrator(tx, id)
      if (body.role === undefined && body.projectIds === undefined) return presentAdministrator(before)
      const { role = before.role } = body
      const kept = role === 'tenant_admin' ? before.project_ids : []
      if (role !== 'instance_admin') await keepOneBeside(tx, before)
      await store.offer(tx, { id, role })
      await setProjects(tx, id, role, body.projectIds ?? kept)
      const updated = presentAdministrator(await existingAdministrator(tx, id))
      await call.record(tx, 'administrator.updated', { administrator: updated })
      await revokeSessionsOfUser(call, tx, id, 'administrator_changed')
      return updated
    })
    return { administrator }
  },
)
