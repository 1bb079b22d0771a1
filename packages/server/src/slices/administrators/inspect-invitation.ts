import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { inspectLink } from '#slices/verifications'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Tells whoever has the token of an invitation what it is for, as long as it is for something. */
export const inspectInvitation = implement(api.administrators.inspectInvitation).handler(
  async (call, { body: { token } }) => {
    const link = await inspectLink(call.read, 'administrator_invitation', token)
    const row = link && (await store.findAdministrator(call.read, link.user_id))
    if (!row) throw fail(errors.verification_invalid)
    const administrator = link.status === 'open' ? presentAdministrator(row) : null
    return { status: link.status, expiresAt: link.expires_at, administrator }
  },
)
