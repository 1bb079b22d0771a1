import type { ApiKeyVerification } from '../generated/models.js'

/** Whose key a request was sent with, and what it may do. */
export interface ApiKeyIdentity {
  readonly keyId: string
  /** The user whose key it is; null where it is an organization's, or nobody's. */
  readonly userId: string | null
  /** The organization whose key it is, or in which its user has it. */
  readonly organizationId: string | null
  readonly scopes: readonly string[]
  /** When the key ends, or offline the token; null for a key that does not. */
  readonly expiresAt: string | null
  /** Online: all that the server says of the key, such as its metadata and what is left of its credits. */
  readonly verification?: ApiKeyVerification
  /** Offline: what the token says. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** Why a request was refused: a code of a verification, or one of the three that come before it. */
export type RefusalCode =
  | Exclude<ApiKeyVerification['code'], 'valid'>
  | 'missing_credential'
  | 'credential_in_query'
  | 'unavailable'

/** The answer to a request that was refused (RFC 6750 section 3). */
export interface Refusal {
  readonly code: RefusalCode
  readonly status: 400 | 401 | 403 | 429 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: {
    readonly error: string
    readonly error_description: string
    readonly code: RefusalCode
  }
}

export type Verdict =
  | { readonly identity: ApiKeyIdentity; readonly refusal?: undefined }
  | { readonly identity?: undefined; readonly refusal: Refusal }

const invalidToken = { status: 401, error: 'invalid_token' } as const

const refusals: Readonly<
  Record<RefusalCode, Pick<Refusal, 'status'> & { readonly error: string; readonly says: string }>
> = {
  missing_credential: {
    status: 401,
    error: 'missing_credential',
    says: 'Send a credential as Authorization: Bearer.',
  },
  credential_in_query: {
    status: 400,
    error: 'invalid_request',
    says: 'A credential was sent in the URL, where logs keep it. Replace it, and send the new one as Authorization: Bearer.',
  },
  not_found: { ...invalidToken, says: 'The credential is not a valid one.' },
  revoked: { ...invalidToken, says: 'The key was revoked or changed.' },
  expired: { ...invalidToken, says: 'The credential is past its end.' },
  disabled: { ...invalidToken, says: 'The key is disabled.' },
  owner_disabled: { ...invalidToken, says: 'The owner of the key may not use it any more.' },
  wrong_audience: { ...invalidToken, says: 'The credential is for another API.' },
  ip_refused: { ...invalidToken, says: 'The key may not be used from this address.' },
  insufficient_scope: {
    status: 403,
    error: 'insufficient_scope',
    says: 'The credential lacks a scope that this needs.',
  },
  credits_exhausted: {
    status: 403,
    error: 'credits_exhausted',
    says: 'The key has no credits left for this.',
  },
  rate_limited: {
    status: 429,
    error: 'rate_limited',
    says: 'The key was used too often. Wait, and try again.',
  },
  unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    says: 'The credential cannot be verified at the moment. Try again.',
  },
}

/** Words a refusal. `scopes` are told with one for lack of them, `retryAfterSeconds` where waiting helps. */
export function refuse(
  code: RefusalCode,
  {
    says,
    scopes = [],
    retryAfterSeconds,
  }: { says?: string; scopes?: readonly string[]; retryAfterSeconds?: number } = {},
): { readonly refusal: Refusal } {
  const { status, error, says: usually } = refusals[code]
  const description = says ?? usually
  // RFC 6750 section 3.1: no error for a request that just had no credential.
  const details = [
    ...(code === 'missing_credential' ? [] : [`error="${error}"`, `error_description="${description}"`]),
    ...(code === 'insufficient_scope' ? [`scope="${scopes.join(' ')}"`] : []),
  ]
  const challenge =
    status === 503 || status === 429 ? {} : { 'www-authenticate': `Bearer ${details.join(', ')}`.trim() }
  const seconds = retryAfterSeconds ?? (status === 503 ? 1 : undefined)
  return {
    refusal: {
      code,
      status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        ...challenge,
        ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
      },
      body: { error, error_description: description, code },
    },
  }
}
