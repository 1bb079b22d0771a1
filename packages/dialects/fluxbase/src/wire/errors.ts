import {
  type DialectResponse,
  type DialectSetting,
  type ErrorDefinition,
  errors,
  Refusal,
} from '@claviger/contract'

interface Told {
  readonly code: string
  /** Where Fluxbase answers another status than the API does. */
  readonly status?: number
  /** Where what the API says is of use only in its own words. */
  readonly message?: string
}

const invalidInput: Told = { code: 'INVALID_INPUT', status: 400 }
const invalidPassword: Told = { code: 'VALIDATION_FAILED' }
const notAuthenticated: Told = { code: 'AUTHENTICATION_REQUIRED' }
const invalidToken: Told = { code: 'INVALID_TOKEN' }
const notAllowed: Told = { code: 'INSUFFICIENT_PERMISSIONS' }
const notFound: Told = { code: 'NOT_FOUND' }
const exists: Told = { code: 'ALREADY_EXISTS' }
const conflict: Told = { code: 'CONFLICT' }

/** What Fluxbase's clients are told for an error of the API; any other keeps its code, in capitals. */
const words: Readonly<Partial<Record<string, Told>>> = {
  [errors.invalid_request.code]: invalidInput,
  [errors.malformed_body.code]: { code: 'INVALID_BODY' },
  [errors.missing_api_key.code]: notAuthenticated,
  [errors.not_signed_in.code]: notAuthenticated,
  [errors.invalid_api_key.code]: invalidToken,
  [errors.invalid_session.code]: invalidToken,
  [errors.invalid_refresh_token.code]: invalidToken,
  [errors.wrong_credential.code]: { code: 'ADMIN_REQUIRED' },
  [errors.permission_denied.code]: notAllowed,
  [errors.permission_exceeds_own.code]: notAllowed,
  [errors.environment_not_found.code]: {
    ...notFound,
    message: 'There is no such tenant. Name one that you administer in the header X-FB-Tenant.',
  },
  [errors.setup_completed.code]: { code: 'SETUP_ALREADY_COMPLETED', status: 403 },
  [errors.password_too_short.code]: invalidPassword,
  [errors.password_too_weak.code]: invalidPassword,
  [errors.password_breached.code]: invalidPassword,
  [errors.administrator_not_found.code]: notFound,
  [errors.administrator_exists.code]: exists,
  [errors.last_instance_admin.code]: conflict,
  [errors.projects_without_role.code]: invalidInput,
  [errors.user_not_found.code]: notFound,
  [errors.email_taken.code]: exists,
  [errors.project_not_found.code]: notFound,
  [errors.project_slug_taken.code]: exists,
  [errors.project_is_default.code]: invalidInput,
  [errors.project_not_deleted.code]: invalidInput,
  [errors.project_purging.code]: conflict,
  [errors.secret_key_not_found.code]: notFound,
  [errors.secret_key_revoked.code]: conflict,
  [errors.secret_key_expired.code]: conflict,
  [errors.secret_key_rotated.code]: conflict,
}

/** A refusal in Fluxbase's words: a sentence, a machine code, and the id of the request. */
export function refuse(refusal: Refusal, { requestId }: DialectSetting): DialectResponse {
  if (refusal.status === 429) {
    return {
      status: 429,
      body: {
        error: 'Rate limit exceeded',
        code: 'RATE_LIMIT_EXCEEDED',
        message: refusal.message,
        retry_after: refusal.data.retryAfterSeconds,
        request_id: requestId,
      },
    }
  }
  const {
    code = refusal.code.toUpperCase(),
    status = refusal.status,
    message = refusal.message,
  } = words[refusal.code] ?? {}
  return { status, body: { error: message, code, message, request_id: requestId } }
}

/** The refusal of an error that the API would have answered to a request that was understood. */
export function refusalOf({ status, code, detail }: ErrorDefinition): Refusal {
  return new Refusal(status, code, detail)
}
