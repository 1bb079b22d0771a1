import { api, errors } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { findCredentials, insertUser } from '#slices/users'
import { issueLink, lifetimes } from '#slices/verifications'
import { beginChange, setProjects } from './change-administrators.js'
import { existingAdministrator } from './existing-administrator.js'
import { linkTo } from './link.js'
import { operatorId } from './operator.js'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Makes a link for an administrator who cannot sign in; for somebody new only where nobody else is left. */
export const recoverAdministrator = implement(api.administrators.recoverAdministrator).handler(
  async (call, { body: { email } }) => {
    // It would make any administrator whoever has the link, so the power over the host is needed for it.
    if (call.principal.id !== operatorId) throw fail(errors.operator_required)
    const purpose = 'administrator_recovery'
    return call.tx(async (tx) => {
      await beginChange(call, tx)
      const known = await findCredentials(tx, email)
      const before = known && (await store.findAdministrator(tx, known.id))
      const isLost = !(await store.hasInstanceAdmin(tx))
      if (!before && !isLost) throw fail(errors.administrator_not_found)
      const { id } = known ?? (await insertUser(tx, { id: newId(), email }))
      if (isLost) {
        await store.offer(tx, { id, role: 'instance_admin' })
        await setProjects(tx, id, 'instance_admin', [])
      }
      const url = linkTo(call, await issueLink(tx, { purpose, identifier: email, userId: id }))
      const expiresAt = isoTime(call.clock.now() + lifetimes[purpose] * 60_000)
      const administrator = presentAdministrator(await existingAdministrator(tx, id))
      await call.record(tx, 'administrator.recovery_requested', { administrator })
      return { administrator, url, expiresAt }
    })
  },
)
