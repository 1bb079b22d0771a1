import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { allow, holdKnownApi, readScopes } from './allow.js'
import { lockKnownApplication } from './changeable-application.js'
import { withoutScopes } from './grant.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Allows an application more scopes of an API that it is allowed, or fewer. Who does so at once waits, and adds to it. */
export const changeScopes = implement(api.applications.changeScopes).handler(
  async (call, { params: { applicationId, apiId }, body: { add = [], remove = [] } }) =>
    call.tx(async (tx) => {
      const before = await lockKnownApplication(tx, applicationId)
      const granted = await holdKnownApi(tx, apiId)
      const held = before.apis.find((each) => each.apiId === apiId)
      if (!held) throw fail(errors.api_not_allowed)
      const [added, removed] = [await readScopes(tx, granted, add), await readScopes(tx, granted, remove)]
      if (held.scopes === '*' && removed.length === 0) return { application: presentApplication(before) }
      const all = held.scopes === '*' ? await store.findGrant(tx, applicationId, apiId) : undefined
      const isManagement = granted.audience === null
      const grant = { isManagement, scopes: all ? all.scopes : [...new Set([...held.scopes, ...added])] }
      return { application: await allow(call, tx, before, { apiId, scopes: withoutScopes(grant, removed) }) }
    }),
)
