import type { Input, Output, Route } from '@claviger/contract'
import type { Call } from './call.js'
import type {
  AdministratorPrincipal,
  BackendPrincipal,
  ClientPrincipal,
  PortalPrincipal,
  Principal,
  UserPrincipal,
} from './principal.js'

type PrincipalOf<R extends Route> = R['access']['by'] extends 'user'
  ? UserPrincipal
  : R['access']['by'] extends 'administrator'
    ? AdministratorPrincipal
    : R['access']['by'] extends 'backend'
      ? BackendPrincipal
      : R['access']['by'] extends 'application'
        ? ClientPrincipal
        : R['access']['by'] extends 'portal'
          ? PortalPrincipal
          : Principal

type Handler<R extends Route> = (call: Call<PrincipalOf<R>>, input: Input<R>) => Promise<Output<R>>

/** A route together with the function that does it. */
export interface Endpoint<R extends Route = Route> {
  readonly route: R
  readonly handle: (call: Call, input: Input<R>) => Promise<unknown>
}

/** `implement(route).handler(fn)`: two steps, so that the route keeps its literal types. */
export function implement<R extends Route>(route: R) {
  return {
    handler(handle: Handler<R>): Endpoint {
      return { route, handle: handle as Endpoint['handle'] }
    },
  }
}
