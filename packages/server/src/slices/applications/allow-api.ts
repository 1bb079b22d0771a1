import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { type ApiRow, findUnknownScope, holdApi } from '#slices/apis'
import { lockKnownApplication, refuseStrongerApplication } from './changeable-application.js'
import { permissionOf } from './management-scopes.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Allows an application an API, in place of what it was allowed of it before. */
export const allowApi = implement(api.applications.allowApi).handler(
  async (call, { params: { applicationId, apiId }, body: { scopes } }) =>
    call.tx(async (tx) => {
      const before = await lockKnownApplication(tx, applicationId)
      const granted = await holdApi(tx, apiId)
      if (!granted) throw fail(errors.api_not_found)
      if (scopes !== '*') await refuseUnknown(tx, granted, scopes)
      await refuseStrongerApplication(call, tx, { apis: [{ apiId, scopes }] })
      await store.allowApi(tx, applicationId, apiId, scopes === '*' ? null : scopes)
      const application = presentApplication((await store.findApplication(tx, applicationId)) ?? before)
      await call.record(tx, 'application.api_allowed', { application })
      return { application }
    }),
)

async function refuseUnknown(tx: Transaction, { id, audience }: ApiRow, scopes: readonly string[]) {
  const unknown =
    audience === null
      ? scopes.find((scope) => permissionOf(scope) === undefined)
      : await findUnknownScope(tx, id, scopes)
  if (unknown !== undefined) throw fail(errors.unknown_scope, { scope: unknown })
}
