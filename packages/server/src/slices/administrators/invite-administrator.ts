import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { queueEmail } from '#slices/emails'
import { findCredentials, insertUser } from '#slices/users'
import { issueLink, lifetimes } from '#slices/verifications'
import { beginChange, setProjects } from './change-administrators.js'
import { existingAdministrator } from './existing-administrator.js'
import { linkTo } from './link.js'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Invites somebody to administer. Until the invitation is accepted it gives no right. */
export const inviteAdministrator = implement(api.administrators.inviteAdministrator).handler(
  async (call, { body }) => {
    const { email, name, role, projectIds = [] } = body
    const purpose = 'administrator_invitation'
    const administrator = await call.tx(async (tx) => {
      await beginChange(call, tx)
      const known = await findCredentials(tx, email)
      const before = known && (await store.findAdministrator(tx, known.id))
      if (before?.joined_at) throw fail(errors.administrator_exists, { email })
      const { id } = known ?? (await insertUser(tx, { id: newId(), email }))
      await store.offer(tx, { id, role, ...(name !== undefined && { name }) })
      await setProjects(tx, id, role, projectIds)
      const token = await issueLink(tx, { purpose, identifier: email, userId: id })
      const data = { url: linkTo(call, token), minutes: lifetimes[purpose] }
      await queueEmail(call, tx, { to: email, kind: purpose, data })
      const invited = presentAdministrator(await existingAdministrator(tx, id))
      await call.record(tx, 'administrator.invited', { administrator: invited })
      return invited
    })
    return { administrator }
  },
)
