import { type Administrator, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { AdministratorPrincipal } from '#kernel/principal'
import { findProject } from '#slices/projects'
import { revokeSessionsOfUser } from '#slices/sessions'
import { beginChange, setProjects } from './change-administrators.js'
import { existingAdministrator } from './existing-administrator.js'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Adds a project to those that somebody administers, or takes it away; what is so already stays as it is. */
export function changeProjects(
  call: Call<AdministratorPrincipal>,
  { administratorId: id, projectId }: { readonly administratorId: string; readonly projectId: string },
  change: 'add' | 'remove',
): Promise<Administrator> {
  return call.tx(async (tx) => {
    await beginChange(call, tx)
    const before = await existingAdministrator(tx, id)
    if (!(await findProject(tx, projectId))) throw fail(errors.project_not_found)
    const { role, project_ids: ids } = before
    if (change === 'add' && role === 'instance_admin') throw fail(errors.projects_without_role)
    if (ids.includes(projectId) === (change === 'add')) return presentAdministrator(before)
    await store.offer(tx, { id, role })
    await setProjects(
      tx,
      id,
      role,
      change === 'add' ? [...ids, projectId] : ids.filter((each) => each !== projectId),
    )
    const administrator = presentAdministrator(await existingAdministrator(tx, id))
    await call.record(tx, 'administrator.updated', { administrator })
    await revokeSessionsOfUser(call, tx, id, 'administrator_changed')
    return administrator
  })
}
