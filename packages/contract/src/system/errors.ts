import { defineErrors } from '../define/index.js'

/** The errors that any route may answer, because the pipeline raises them. */
export const systemErrors = defineErrors({
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    detail: 'The request is not valid: {problems}. `errors` lists every problem.',
  },
  malformed_body: {
    status: 400,
    title: 'Malformed body',
    detail: 'The body is not valid JSON: {problem}.',
  },
  invalid_cursor: {
    status: 400,
    title: 'Invalid cursor',
    detail: 'The cursor in `after` is not one of this list. Send the `nextCursor` of the page before.',
  },
  invalid_idempotency_key: {
    status: 400,
    title: 'Invalid idempotency key',
    detail: '`Idempotency-Key` must be 1–255 printable ASCII characters.',
  },
  missing_api_key: {
    status: 401,
    title: 'Not authenticated',
    detail: 'No credential was sent. Send `Authorization: Bearer <secret key>`.',
    message: 'missing_api_key',
  },
  invalid_api_key: {
    status: 401,
    title: 'Not authenticated',
    detail: 'The credential is not a valid one of this server.',
    message: 'invalid_api_key',
  },
  revoked_api_key: {
    status: 401,
    title: 'Not authenticated',
    detail: 'The secret key was revoked. Use another one.',
    message: 'revoked_api_key',
  },
  expired_api_key: {
    status: 401,
    title: 'Not authenticated',
    detail: 'The secret key is past its end. Use another one.',
    message: 'expired_api_key',
  },
  disabled_api_key: {
    status: 401,
    title: 'Not authenticated',
    detail: 'The secret key is disabled. Use another one, or have it enabled.',
    message: 'disabled_api_key',
  },
  not_signed_in: {
    status: 401,
    title: 'Not signed in',
    detail: 'No session was sent. Sign in, or send the session token as cookie or bearer token.',
    message: 'not_signed_in',
  },
  invalid_session: {
    status: 401,
    title: 'Not signed in',
    detail: 'The session is not valid any more. Refresh it, or sign in again.',
    message: 'invalid_session',
  },
  wrong_credential: {
    status: 403,
    title: 'Wrong kind of credential',
    detail: 'A {kind} cannot be used here; this call is for {expected}.',
  },
  permission_denied: {
    status: 403,
    title: 'Permission denied',
    detail: 'The credential lacks the permission `{permission}`.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'Origin not allowed',
    detail: 'The origin {origin} is not allowed in this environment. Add it to the allowed origins.',
  },
  route_not_found: { status: 404, title: 'Not found', detail: 'There is nothing at {method} {path}.' },
  environment_not_found: {
    status: 404,
    title: 'Environment not found',
    detail:
      'There is no environment {environment}. Name it as <project slug>/<environment>, or by publishable key.',
  },
  environment_required: {
    status: 400,
    title: 'Environment required',
    detail: 'Name the environment in the `Claviger-Environment` header, as <project slug>/<environment>.',
  },
  environment_mismatch: {
    status: 400,
    title: 'Two environments named',
    detail: 'The request names two different environments. Send only the credentials of one.',
  },
  request_timeout: { status: 408, title: 'Request timeout', detail: 'The request was not received in time.' },
  idempotency_in_flight: {
    status: 409,
    title: 'Still in progress',
    detail: 'A request with this idempotency key is still in progress. Try again in a moment.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    detail: 'The body is larger than {limit} bytes.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as `application/json`.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'Idempotency key used before',
    detail: 'This idempotency key was used with another request. Use a new key for a new request.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Too many requests. Try again in {retryAfterSeconds} s.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong on the server. Give the request id {requestId} to its operator.',
  },
  outcome_unknown: {
    status: 500,
    title: 'Outcome unknown',
    detail:
      'The database was lost while the change was being kept. Look whether it is there before you repeat it.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    detail: 'The server cannot reach its database, or is shutting down. Try again in a moment.',
  },
})
