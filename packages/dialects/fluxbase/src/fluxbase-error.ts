/**
 * What every call throws that did not work: what the server said, or that it said nothing.
 *
 * It is built from the answer alone, so neither a key nor a token of the request can appear in it.
 */
export class FluxbaseError extends Error {
  override readonly name = 'FluxbaseError'
  /** The HTTP status of the answer; 408 where it did not come in time, 0 where none came at all. */
  readonly status: number
  /** The parsed body of the answer, whole; undefined where there is none. */
  readonly details: unknown
  /** The machine-readable code of the body, such as `INVALID_CREDENTIALS`, where it has one. */
  readonly code: string | undefined

  /**
   * @param message The sentence for people.
   * @param status HTTP status of the answer, or 0.
   * @param details The parsed body; its `code` becomes the error's.
   * @param options The `cause`, where another error is one.
   */
  constructor(message: string, status: number, details?: unknown, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.details = details
    const code = (details as { code?: unknown } | null | undefined)?.code
    this.code = typeof code === 'string' ? code : undefined
  }
}
