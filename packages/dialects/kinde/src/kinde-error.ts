/** One thing that was wrong with a request. */
export interface KindeErrorItem {
  readonly code: string
  readonly message: string
}

/** An answer that is not a result. Neither the key that was verified nor a credential is in it. */
export class KindeError extends Error {
  override readonly name = 'KindeError'
  /** The HTTP status: 401 where the access token is not good, 429 where there were too many requests. */
  readonly status: number
  /** The code of the first error, such as `INVALID_CREDENTIALS`; `UNKNOWN` where the answer names none. */
  readonly code: string
  readonly errors: readonly KindeErrorItem[]
  /** Seconds to wait before another try, where the server named them. */
  readonly retryAfterSeconds: number | undefined

  /** @param answer Status and headers of the answer. @param body Its JSON, or null. */
  constructor(answer: Pick<Response, 'status' | 'headers'>, body: unknown) {
    const errors = errorsOf(body)
    super(errors[0]?.message ?? `The server answered ${answer.status}.`)
    this.status = answer.status
    this.errors = errors
    this.code = errors[0]?.code ?? 'UNKNOWN'
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
    this.retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined
  }
}

/** Errors in Kinde's words, or the one error of an OAuth answer (RFC 6749 section 5.2). */
function errorsOf(body: unknown): KindeErrorItem[] {
  const { errors, error, error_description } = (body ?? {}) as Record<string, unknown>
  const listed = Array.isArray(errors) ? errors : errors ? [errors] : []
  if (typeof error === 'string') listed.push({ code: error, message: error_description ?? error })
  return listed.map((each) => ({ code: String(each?.code), message: String(each?.message) }))
}
