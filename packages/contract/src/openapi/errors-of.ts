import type { ErrorDefinition, Route } from '../define/index.js'
import { portalErrors } from '../portal-links/errors.js'
import { systemErrors } from '../system/errors.js'
import { tokenErrors } from '../tokens/errors.js'

/**
 * Every error a route may answer, each once: its own first, then those that the pipeline raises
 * around any handler of its kind. Documentation, tests and the server read the same list.
 */
export function errorsOf(route: Route): readonly ErrorDefinition[] {
  return [...new Set([...ownErrorsOf(route), ...pipelineErrorsOf(route)])]
}

/** What the literal of the route names: unknown ids, the handler's refusals, the limits of its own. */
export function ownErrorsOf(route: Route): readonly ErrorDefinition[] {
  return [
    ...new Set([
      ...Object.values(route.params ?? {}),
      ...route.errors,
      ...(route.limits ?? []).map((limit) => limit.error),
    ]),
  ]
}

/** What the pipeline may answer in the handler's place, in the order in which it looks at a request. */
export function pipelineErrorsOf(route: Route): readonly ErrorDefinition[] {
  return [
    ...credentialErrors(route),
    ...environmentErrors(route),
    ...originErrors(route),
    // Requests are counted by key, and any route of an environment may be sent one; the limits of a route have
    // errors of their own.
    ...(route.access.scope === 'environment' ? [systemErrors.rate_limited] : []),
    ...inputErrors(route),
    ...idempotencyErrors(route),
    ...serverErrors(route),
  ]
}

/**
 * The look of a credential says what it is checked as, so any route that reads one may refuse a bad one of
 * any kind; a good one of the wrong kind is told so.
 */
function credentialErrors({ access }: Route): ErrorDefinition[] {
  if (access.by === 'anyone') return []
  if (access.by === 'application') return [tokenErrors.invalid_client]
  if (access.by === 'portal') return portalCredentialErrors
  const isForUsers = access.by === 'user'
  return [
    isForUsers ? systemErrors.not_signed_in : systemErrors.missing_api_key,
    systemErrors.invalid_api_key,
    systemErrors.revoked_api_key,
    systemErrors.expired_api_key,
    systemErrors.disabled_api_key,
    systemErrors.invalid_session,
    systemErrors.wrong_credential,
    ...(isForUsers ? [] : [systemErrors.permission_denied]),
  ]
}

/** Without the cookie of a portal, or with one that is over, there is none; any other credential is told so. */
const portalCredentialErrors = [
  portalErrors.portal_session_over,
  systemErrors.invalid_api_key,
  systemErrors.revoked_api_key,
  systemErrors.expired_api_key,
  systemErrors.disabled_api_key,
  systemErrors.invalid_session,
  systemErrors.wrong_credential,
]

function environmentErrors({ access }: Route): ErrorDefinition[] {
  if (access.scope !== 'environment') return []
  const named = [systemErrors.environment_mismatch, systemErrors.environment_not_found]
  // Only an administrator has to name it: keys and sessions carry theirs, and anyone else has a default.
  const mayBeAdministrator = access.by === 'backend' || access.by === 'administrator'
  return mayBeAdministrator ? [systemErrors.environment_required, ...named] : named
}

/** A write that a browser's cookie may authorize, or that sets one, needs an allowed origin. */
function originErrors({ access, cookies, method }: Route): ErrorDefinition[] {
  const readsCookies = access.by !== 'anyone' && access.by !== 'application'
  return method !== 'GET' && (readsCookies || cookies) ? [systemErrors.origin_not_allowed] : []
}

function inputErrors({ body, method, query }: Route): ErrorDefinition[] {
  return [
    ...(query || body ? [systemErrors.invalid_request] : []),
    ...(query && 'after' in query.properties ? [systemErrors.invalid_cursor] : []),
    // A write reads whatever body was sent, also where it expects none.
    ...(method === 'GET'
      ? []
      : [systemErrors.malformed_body, systemErrors.body_too_large, systemErrors.unsupported_media_type]),
    systemErrors.request_timeout,
  ]
}

function idempotencyErrors({ idempotent }: Route): ErrorDefinition[] {
  if (!idempotent) return []
  return [
    systemErrors.invalid_idempotency_key,
    systemErrors.idempotency_in_flight,
    systemErrors.idempotency_mismatch,
  ]
}

function serverErrors({ method }: Route): ErrorDefinition[] {
  return [
    systemErrors.internal_error,
    ...(method === 'GET' ? [] : [systemErrors.outcome_unknown]),
    systemErrors.unavailable,
  ]
}
