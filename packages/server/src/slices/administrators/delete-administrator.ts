import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { revokeSessionsOfUser } from '#slices/sessions'
import { deleteUserRow } from '#slices/users'
import { beginChange, keepOneBeside } from './change-administrators.js'
import { existingAdministrator } from './existing-administrator.js'
import { presentAdministrator } from './present.js'

/** Removes an administrator with the account behind it, and with that every session, passkey and open link. */
export const deleteAdministrator = implement(api.administrators.deleteAdministrator).handler(
  async (call, { params: { administratorId: id } }) => {
    await call.tx(async (tx) => {
      await beginChange(call, tx)
      const row = await existingAdministrator(tx, id)
      await keepOneBeside(tx, row)
      await revokeSessionsOfUser(call, tx, id, 'administrator_deleted')
      await deleteUserRow(tx, id)
      await call.record(tx, 'administrator.deleted', { administrator: presentAdministrator(row) })
    })
    return { ok: true as const }
  },
)
