import {
  ApiError,
  AuthenticationError,
  BadRequestError,
  Claviger,
  ClavigerError,
  type ClavigerOptions,
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
  TimeoutError,
} from '@claviger/sdk'
import type { Context } from './context.js'
import { findDataDirectory, readOperatorFile } from './data-directory.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { version } from './version.js'

/** What a person may say about where a command acts. */
export interface ConnectionOptions {
  readonly url?: string
  readonly project?: string
  readonly environment?: string
}

/** A client of one environment of one server. */
export interface Connection {
  readonly client: Claviger
  readonly url: string
  /** Where it acts, in words that follow "in". */
  readonly place: string
  /** The file that the credential is from; undefined for a secret key. */
  readonly operatorFile: string | undefined
}

/** Does work on a server; what goes wrong comes out as a sentence that says what to do. */
export async function withServer<T>(
  context: Context,
  options: ConnectionOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(context, options)
  try {
    return await work(connection)
  } catch (error) {
    throw explainFailure(error, connection)
  }
}

/**
 * A URL goes with the secret key of the variables, no URL with the operator of this host. The operator's
 * token is never sent to a URL that somebody named: it would hand the installation to whoever answers there.
 */
async function connect(context: Context, options: ConnectionOptions): Promise<Connection> {
  const url = options.url ?? (context.env.CLAVIGER_URL || undefined)
  return url === undefined ? asOperator(context, options) : withSecretKey(context, options, url)
}

function withSecretKey(context: Context, options: ConnectionOptions, url: string): Connection {
  const secretKey = context.env.CLAVIGER_SECRET_KEY
  const source = options.url === undefined ? 'CLAVIGER_URL' : '--url'
  if (!secretKey) {
    const without = options.url === undefined ? 'unset CLAVIGER_URL' : 'leave out --url'
    throw new CommandError(
      exitCodes.wrongUsage,
      `Put a secret key of ${url} into CLAVIGER_SECRET_KEY, or ${without} to use the server of this host.`,
    )
  }
  if (options.project !== undefined || options.environment !== undefined) {
    throw new CommandError(
      exitCodes.wrongUsage,
      `CLAVIGER_SECRET_KEY is for one environment. Leave out --project and --environment, or ${source}.`,
    )
  }
  const client = newClient(context, { baseUrl: url, secretKey })
  return { client, url, place: url, operatorFile: undefined }
}

async function asOperator(context: Context, options: ConnectionOptions): Promise<Connection> {
  const dataDir = findDataDirectory(context)
  const operator = await readOperatorFile(dataDir)
  if (!operator) {
    const others = context.env.CLAVIGER_SECRET_KEY
      ? 'CLAVIGER_URL for a server elsewhere'
      : 'CLAVIGER_DATA_DIR'
    throw new CommandError(
      exitCodes.unavailable,
      `No server has run with the data directory ${dataDir}. Start it with npm start, or set ${others}.`,
    )
  }
  const place = `${options.project ?? 'default'}/${options.environment ?? 'live'}`
  const { url, token: operatorToken, path: operatorFile } = operator
  return {
    client: newClient(context, { baseUrl: url, operatorToken, environment: place }),
    url,
    place,
    operatorFile,
  }
}

function newClient(context: Context, options: ClavigerOptions): Claviger {
  try {
    return new Claviger({ fetch: context.fetch, userAgentSuffix: `claviger-cli/${version}`, ...options })
  } catch (error) {
    throw new CommandError(exitCodes.wrongUsage, (error as Error).message, { cause: error })
  }
}

function explainFailure(error: unknown, connection: Connection): unknown {
  if (error instanceof ConnectionError || error instanceof TimeoutError) {
    return new CommandError(exitCodes.unavailable, silence(error, connection), { cause: error })
  }
  if (error instanceof ApiError) {
    const [exitCode, sentence] = refusal(error, connection)
    return new CommandError(exitCode, sentence, { cause: error })
  }
  // What is left of the SDK's errors are arguments that cannot be sent.
  if (error instanceof ClavigerError)
    return new CommandError(exitCodes.wrongUsage, error.message, { cause: error })
  return error
}

function silence(error: ConnectionError | TimeoutError, { url, operatorFile }: Connection): string {
  if (error instanceof TimeoutError)
    return `The server at ${url} takes too long to answer. Try claviger doctor.`
  if (operatorFile !== undefined) return `The server at ${url} is not running. Start it with npm start.`
  return `${error.message}. Check that the URL is right and that the server runs.`
}

function refusal(error: ApiError, { url, place, operatorFile }: Connection) {
  if (error.code === 'unexpected_response') {
    return [
      exitCodes.unavailable,
      `What answers at ${url} is not Claviger. Start it with npm start.`,
    ] as const
  }
  if (error instanceof NotFoundError) return [exitCodes.notFound, absence(error, place)] as const
  if (error instanceof AuthenticationError) {
    const advice =
      operatorFile === undefined
        ? `${error.detail} Check CLAVIGER_SECRET_KEY, and that it is a key of ${url}.`
        : `The server at ${url} did not write ${operatorFile}. Set CLAVIGER_DATA_DIR to its data directory.`
    return [exitCodes.refused, advice] as const
  }
  if (error instanceof PermissionDeniedError) {
    const advice = operatorFile === undefined ? ' Run this on the host of the server, without a URL.' : ''
    return [exitCodes.refused, `${error.detail}${advice}`] as const
  }
  if (error instanceof BadRequestError) {
    const details = error.errors.map(({ detail }) => detail).join(' ')
    return [exitCodes.wrongUsage, details || error.detail] as const
  }
  const isPassing = [429, 502, 503, 504].includes(error.status)
  return [isPassing ? exitCodes.unavailable : exitCodes.failed, error.detail] as const
}

/** What to do about something that is not there, where the command line knows better than the API. */
function absence(error: NotFoundError, place: string): string {
  switch (error.code) {
    case 'environment_not_found':
      return `There is no environment ${place}. Name one that exists with --project and --environment.`
    case 'user_not_found':
      return `There is no such user in ${place}. Look for it with claviger users list --search.`
    case 'secret_key_not_found':
      return `There is no such key in ${place}. Look for its id with claviger keys list.`
    default:
      return error.detail
  }
}
