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

/**
 * Of PostgreSQL: connection (08), resources and disk (53), shutdown (57P), a statement that took too long
 * (57014), a lock that did (55P03), a transaction that idled (25P03), a primary that became a replica (25006),
 * input and output (58030). Of the system: its error names, which those of Node itself (`ERR_…`) are not.
 */
const unavailableCodes = /^(08|53|57P|57014|55P03|25P03|25006|58030|E(?!RR_)[A-Z_]+$)/

/** Nobody's fault but the connection's: the same request may succeed in a moment. */
export function isUnavailable(error: unknown): boolean {
  if (isPostgresError(error)) return unavailableCodes.test(error.code)
  // What the driver itself finds has no code. A failure may quote its caller, so its words say nothing.
  if (!(error instanceof Error) || error instanceof Failure) return false
  return /terminated|not queryable|connection|timeout exceeded|timeout expired|read timeout/i.test(
    error.message,
  )
}

/** What a caller is told of a database error; everything unknown stays as it is and is logged. */
export function explainDatabaseError(error: unknown): unknown | Failure {
  return isUnavailable(error) ? fail(errors.unavailable) : error
}
