import { errors } from '@claviger/contract'
import { Failure, fail } from '#kernel/failure'

interface PostgresError {
  readonly code: string
  readonly constraint?: string
}

function isPostgresError(error: unknown): error is PostgresError {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string'
}

/** The name of the constraint that a statement ran into, if that is what happened. */
export function violatedConstraint(error: unknown): string | undefined {
  return isPostgresError(error) && error.code.startsWith('23') ? error.constraint : undefined
}

/** Serialization failure and deadlock: the database chose this transaction to be run again. */
export function wantsRetry(error: unknown): boolean {
  return isPostgresError(error) && (error.code === '40001' || error.code === '40P01')
}

/** Nobody's fault but the connection's: the same request may succeed in a moment. */
export function isUnavailable(error: unknown): boolean {
  if (isPostgresError(error)) return /^(08|53|57P|55P03|25P03|25006|E[A-Z]+$)/.test(error.code)
  // What the driver itself finds has no code. A failure may quote its caller, so its words say nothing.
  if (!(error instanceof Error) || error instanceof Failure) return false
  return /terminated|not queryable|connection|timeout exceeded when trying to connect/i.test(error.message)
}

/** What a caller is told of a database error; everything unknown stays as it is and is logged. */
export function explainDatabaseError(error: unknown): unknown | Failure {
  return isUnavailable(error) ? fail(errors.unavailable) : error
}
