import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { allow, holdKnownApi, readScopes } from './allow.js'
import { lockKnownApplication } from './changeable-application.js'

/** Allows an application an API, in place of what it was allowed of it before. */
export const allowApi = implement(api.applications.allowApi).handler(
  async (call, { params: { applicationId, apiId }, body }) =>
    call.tx(async (tx) => {
      const before = await lockKnownApplication(tx, applicationId)
      const granted = await holdKnownApi(tx, apiId)
      const scopes = body.scopes === '*' ? '*' : await readScopes(tx, granted, body.scopes)
      return { application: await allow(call, tx, before, { apiId, scopes }) }
    }),
)
