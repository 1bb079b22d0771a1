import { errors, type Route } from '@claviger/contract'
import { isAllowedOrigin } from '#kernel/allowed-origin'
import { fail } from '#kernel/failure'
import type { Environment } from '#kernel/principal'
import type { Identified } from './authenticate.js'
import { type AnswerHeaders, header, type WireRequest } from './wire.js'

/**
 * Refuses a write that another site's page makes with the cookies of its visitor. Browsers say where a write
 * comes from; a client that says nothing is no browser, and has no cookies but those it was given.
 */
export function refuseForeignOrigin(
  route: Route,
  request: WireRequest,
  identified: Identified,
  environment: Environment | undefined,
  publicOrigin: string,
): void {
  if (route.method === 'GET' || !(identified.byCookie || route.cookies)) return
  const origin = header(request, 'origin')
  // Pages that a project lets its users sign in from have no business with the cookies of an administrator or a portal.
  const isOwnPageOnly =
    identified.principal.kind === 'administrator' || identified.principal.kind === 'portal'
  const allowed = isOwnPageOnly ? [] : (environment?.settings.allowedOrigins ?? [])
  const foreign =
    origin === undefined
      ? !['same-origin', 'none', undefined].includes(header(request, 'sec-fetch-site'))
      : !isAllowedOrigin(origin.toLowerCase(), allowed, publicOrigin)
  if (foreign) throw fail(errors.origin_not_allowed, { origin: origin?.slice(0, 255) ?? 'of this page' })
}

const exposedHeaders = 'x-request-id, retry-after, ratelimit, ratelimit-policy, deprecation, sunset'

/** Lets pages of allowed origins read the answer. Routes for secret keys get no such header, ever. */
export function allowOrigin(
  headers: AnswerHeaders,
  route: Route,
  request: WireRequest,
  environment: Environment | undefined,
  publicOrigin: string,
): void {
  if (route.access.by !== 'anyone' && route.access.by !== 'user') return
  const origin = header(request, 'origin')?.toLowerCase()
  if (!origin || !environment) return
  headers.vary = 'origin'
  if (!isAllowedOrigin(origin, environment.settings.allowedOrigins, publicOrigin)) return
  headers['access-control-allow-origin'] = origin
  headers['access-control-allow-credentials'] = 'true'
  headers['access-control-expose-headers'] = exposedHeaders
}

/** The answer to a browser that asks, before it sends, whether it may. */
export function preflightHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
    'access-control-allow-headers':
      'authorization, content-type, idempotency-key, x-publishable-key, x-request-id',
    'access-control-max-age': '600',
    vary: 'origin',
  }
}

/** Lets a page of an allowed origin read what a dialect answers; never with cookies, which dialects do not read. */
export function dialectOriginHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return { vary: 'origin' }
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders,
    vary: 'origin',
  }
}

/** The answer to a browser that asks whether it may call a dialect; vendors have headers of their own. */
export function dialectPreflightHeaders(requested: string | undefined): Record<string, string> {
  return {
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
    ...(requested === undefined ? {} : { 'access-control-allow-headers': requested.slice(0, 500) }),
    'access-control-max-age': '600',
  }
}
