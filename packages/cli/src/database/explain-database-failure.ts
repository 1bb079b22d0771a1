import { CommandError, exitCodes } from '../exit-codes.js'

/** Puts what a database, private or configured, has failed with into a sentence that says what to do. */
export function explainDatabaseFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  // By name, so that a command that meets no database need not load the server for its classes.
  if (error.name === 'EmbeddedPostgresError' || error.name === 'MigrationError') {
    return new CommandError(exitCodes.failed, error.message, { cause: error })
  }
  const { code } = error as NodeJS.ErrnoException
  const cause = { cause: error }
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ENOENT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
    case '57P03':
      return new CommandError(exitCodes.unavailable, `${unreachable} cannot be reached. ${lookThere}`, cause)
    case '28P01':
    case '28000':
      return new CommandError(
        exitCodes.refused,
        `${unreachable} refuses its user or password. Correct them.`,
        cause,
      )
    case '3D000':
      return new CommandError(
        exitCodes.failed,
        `${unreachable} does not exist. Create it, or name another.`,
        cause,
      )
    case '42501':
      return new CommandError(
        exitCodes.refused,
        `The user of CLAVIGER_DATABASE_URL lacks a right (${error.message}). Make it the database's owner.`,
        cause,
      )
  }
  if (/timeout expired|Connection terminated/.test(error.message)) {
    return new CommandError(exitCodes.unavailable, `${unreachable} does not answer. ${lookThere}`, cause)
  }
  return error
}

const unreachable = 'The database of CLAVIGER_DATABASE_URL'
const lookThere = 'Check its host, its port and that it runs.'
