import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { parseId } from '#kernel/ids'
import { lockSession, presentSession, setOrganization } from '#slices/sessions'
import { lockMyMembership } from './my-membership.js'

/** Switches the organization that this session works in; its next token says so. */
export const switchOrganization = implement(api.organizations.switchOrganization).handler(
  async (call, { body }) => {
    const organizationId = body.orgId === null ? null : parseId(body.orgId)
    if (organizationId === undefined) throw fail(errors.organization_not_found)
    const row = await call.tx(async (tx) => {
      if (organizationId) await lockMyMembership(call, tx, organizationId)
      // A session that ended since the request began works in no organization any more.
      const current = await lockSession(tx, call.principal.sessionId)
      if (current?.status !== 'active') throw fail(errors.invalid_session)
      const session = await setOrganization(tx, call.principal.sessionId, organizationId)
      await call.record(tx, 'session.organization_switched', { session: presentSession(session) })
      return session
    })
    return { session: presentSession(row), orgRole: row.role }
  },
)
