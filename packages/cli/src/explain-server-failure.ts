import {
  ApiError,
  AuthenticationError,
  BadRequestError,
  ClavigerError,
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
  TimeoutError,
} from '@claviger/sdk'
import type { Connection } from './connection.js'
import { CommandError, type ExitCode, exitCodes } from './exit-codes.js'

/** Puts the failure of a call into a sentence that says what to do; what nobody foresaw stays as it is. */
export function explainServerFailure(error: unknown, connection: Connection): unknown {
  if (!(error instanceof ClavigerError)) return error
  const [exitCode, sentence] = explain(error, connection)
  return new CommandError(exitCode, sentence, { cause: error })
}

function explain(error: ClavigerError, connection: Connection): [ExitCode, string] {
  const { url, operatorFile } = connection
  if (error instanceof ApiError) return explainAnswer(error, connection)
  if (error instanceof TimeoutError) {
    return [exitCodes.unavailable, `The server at ${url} takes too long to answer. Try claviger doctor.`]
  }
  if (error instanceof ConnectionError) {
    return operatorFile === undefined
      ? [exitCodes.unavailable, `${error.message}. Check that the URL is right and that the server runs.`]
      : [exitCodes.unavailable, `The server at ${url} is not running. Start it with npm start.`]
  }
  // What is left of the SDK's errors are arguments that cannot be sent.
  return [exitCodes.wrongUsage, error.message]
}

function explainAnswer(error: ApiError, { url, place, operatorFile }: Connection): [ExitCode, string] {
  const isOperator = operatorFile !== undefined
  if (error.code === 'unexpected_response' && error.status < 500) {
    const advice = isOperator ? 'Stop that one, and start Claviger with npm start.' : error.detail
    return [exitCodes.unavailable, `What answers at ${url} is not Claviger. ${advice}`]
  }
  if (error instanceof NotFoundError) return [exitCodes.notFound, explainAbsence(error, place)]
  if (error instanceof AuthenticationError) {
    return isOperator
      ? [
          exitCodes.refused,
          `${url} did not write ${operatorFile}. Set CLAVIGER_DATA_DIR to its data directory.`,
        ]
      : [exitCodes.refused, `${error.detail} Check that CLAVIGER_SECRET_KEY holds a key of ${url}.`]
  }
  if (error instanceof PermissionDeniedError) {
    const advice = isOperator ? '' : ' Run this on the host of the server, without a URL.'
    return [exitCodes.refused, `${error.detail}${advice}`]
  }
  if (error instanceof BadRequestError) {
    const problems = error.errors.map(({ pointer, detail }) => `${pointer.replace(/^\//, '')}: ${detail}`)
    return [exitCodes.wrongUsage, problems.join(' ') || error.detail]
  }
  const isPassing = [429, 502, 503, 504].includes(error.status)
  return [isPassing ? exitCodes.unavailable : exitCodes.failed, error.detail]
}

/** Where the command line knows better than the API how to find what is there. */
function explainAbsence(error: NotFoundError, place: string): string {
  switch (error.code) {
    case 'environment_not_found':
      return `There is no environment ${place}. Name one that exists with --project and --environment.`
    case 'user_not_found':
      return `There is no such user in ${place}. Look for it with claviger users list --search.`
    case 'secret_key_not_found':
      return `There is no such key in ${place}. Look for its id with claviger keys list.`
    case 'api_key_not_found':
      return `There is no such key in ${place}. Look for its id with claviger api-keys list.`
    default:
      return error.detail
  }
}
