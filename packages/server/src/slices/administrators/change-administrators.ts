import { type AdministratorRole, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { AdministratorPrincipal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { operatorId } from './operator.js'
import * as store from './store.js'

/**
 * Begins a change of who administers. One happens at a time, and whoever makes it must still administer the whole
 * instance when its turn comes: of two who remove each other, one does.
 */
export async function beginChange(call: Call<AdministratorPrincipal>, tx: Transaction): Promise<void> {
  await store.lockAdministrators(tx)
  const { id } = call.principal
  if (id === operatorId) return
  const caller = await store.findAdministrator(tx, id)
  if (caller?.role !== 'instance_admin') throw fail(errors.invalid_session)
}

/** Refuses to take the role from the last who administers the whole instance. */
export async function keepOneBeside(tx: Transaction, row: store.AdministratorRow): Promise<void> {
  if (row.role !== 'instance_admin' || row.joined_at === null) return
  if (!(await store.hasInstanceAdmin(tx, row.id))) throw fail(errors.last_instance_admin)
}

/** Sets what somebody administers beside what the role gives. */
export async function setProjects(
  tx: Transaction,
  id: string,
  role: AdministratorRole,
  projectIds: readonly string[],
): Promise<void> {
  if (role === 'instance_admin' && projectIds.length > 0) throw fail(errors.projects_without_role)
  const ids = [...new Set(projectIds.map((projectId) => projectId.toLowerCase()))]
  if (!(await store.setProjects(tx, id, ids))) throw fail(errors.project_not_found)
}
