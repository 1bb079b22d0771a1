import { type DialectResponse, type DialectRoute, Refusal } from '@claviger/contract'
import { badCredential, lackingScope } from './errors.js'
import { type KindeScope, refuseWithoutScope } from './scopes.js'

/** A route that needs one of Kinde's scopes. Bad credentials are 403 here: only a verification knows 401. */
export function route(scope: KindeScope, { method, path, handle }: DialectRoute): DialectRoute {
  return {
    method,
    path,
    async handle(request, call, setting) {
      try {
        refuseWithoutScope(request, scope)
        return await handle(request, call, setting)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (error.code === 'permission_denied') throw lackingScope(scope)
        throw error.status === 401 ? badCredential(403) : error
      }
    },
  }
}

/** An answer, which at Kinde begins with a code and a message. */
export function answer(
  status: 200 | 201,
  code: string,
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): DialectResponse {
  return { status, body: { code, message, ...members } }
}

export function ok(members: Readonly<Record<string, unknown>>): DialectResponse {
  return answer(200, 'OK', 'Success', members)
}
