import { api, errors } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findApplication, presentApplication } from '#slices/applications'
import type { TokenReader } from './recognize-token.js'
import * as store from './store.js'

/** Ends a token of the client that asks; what is no token, or of another environment, is not told apart. */
export const revokeToken = (reader: TokenReader) =>
  implement(api.tokens.revokeToken).handler(async (call, { body }) => {
    const claims = await reader.verify(body.token)
    if (claims?.env !== call.environment.id) return {}
    const { jti, exp, sub } = claims
    if (sub !== call.principal.id) throw fail(errors.invalid_grant)
    await call.tx(async (tx) => {
      const application = await findApplication(tx, sub)
      if (!application || !(await store.revokeToken(tx, jti, isoTime(exp * 1_000)))) return
      await call.record(tx, 'application.token_revoked', {
        application: presentApplication(application),
        jti,
      })
    })
    return {}
  })
