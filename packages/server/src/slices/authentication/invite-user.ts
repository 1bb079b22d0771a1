import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { queueEmail } from '#slices/emails'
import { insertUser, presentUser } from '#slices/users'
import { issueLink, lifetimes } from '#slices/verifications'
import { linkTo } from './link.js'

/** Creates a user without a password, and the link by which whoever reads the mail of the address sets one. */
export const inviteUser = implement(api.users.inviteUser).handler(
  async (call, { body: { email, role, sendEmail = true } }) => {
    const purpose = 'user_invitation'
    return call.tx(async (tx) => {
      const row = await insertUser(tx, { id: newId(), email, ...(role !== undefined && { role }) })
      const user = presentUser(row)
      await call.record(tx, 'user.created', { user })
      const token = await issueLink(tx, { purpose, identifier: email, userId: row.id })
      const url = linkTo(call, 'passwordReset', token)
      if (!sendEmail) return { user, invitationLink: url }
      const data = { url, minutes: lifetimes[purpose] }
      await queueEmail(call, tx, { to: email, kind: purpose, data })
      return { user, invitationLink: null }
    })
  },
)
