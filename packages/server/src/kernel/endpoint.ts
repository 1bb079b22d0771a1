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

type Handler<R extends Route, Begun = undefined> = (
  call: Call<PrincipalOf<R>>,
  input: Input<R>,
  begun: Begun,
) => Promise<Output<R>>

/** A route together with the function that does it. */
export interface Endpoint<R extends Route = Route> {
  readonly route: R
  readonly handle: (call: Call, input: Input<R>, begun?: Promise<unknown>) => Promise<unknown>
  readonly begin?: (body: unknown) => Promise<unknown> | undefined
}

/** `implement(route).handler(fn)`: two steps, so that the route keeps its literal types. */
export function implement<R extends Route>(route: R) {
  return {
    handler(handle: Handler<R>): Endpoint {
      return { route, handle: handle as Endpoint['handle'] }
    },
    /**
     * Begins a look-up that the handler will wait for, while it is found out who asks: the two then take the time of
     * one. Of the body nobody knows yet whether it is valid, nor of the sender whether it may ask; where it may not,
     * what was found is thrown away. Only for what is cheap and changes nothing (ADR 24).
     */
    begin<Found>(begin: (body: unknown) => Promise<Found> | undefined) {
      return {
        handler(handle: Handler<R, Promise<Found> | undefined>): Endpoint {
          return { route, begin, handle: handle as Endpoint['handle'] }
        },
      }
    },
  }
}
