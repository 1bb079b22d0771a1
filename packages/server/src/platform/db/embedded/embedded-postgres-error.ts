export type EmbeddedPostgresErrorCode =
  | 'data_directory_in_use'
  | 'unsupported_platform'
  | 'disk_full'
  | 'wrong_version'
  | 'unreadable_password'
  | 'start_failed'

/** The code is stable and meant for programs; the message tells the operator in one sentence what to do. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddedPostgresError'
    this.code = code
  }
}

// Node and the C library word it alike, and every program is run with LC_ALL=C, so the words do not vary.
const outOfSpace = /no space left on device|disk quota exceeded/i

/** Gives whatever went wrong (a system call, or the last words of initdb or of the server) its code. */
export function asEmbeddedPostgresError(error: unknown, dataDir: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error
  const { message, code, path = dataDir } = error as NodeJS.ErrnoException
  if (outOfSpace.test(message)) {
    const advice = `The disk that holds ${path} is full; free some space and start again.`
    return new EmbeddedPostgresError('disk_full', advice, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const advice = `This user may not use ${path} (${code}); start as one who may, or put the data elsewhere.`
    return new EmbeddedPostgresError('start_failed', advice, { cause: error })
  }
  return new EmbeddedPostgresError('start_failed', `PostgreSQL did not start: ${message}`, { cause: error })
}
