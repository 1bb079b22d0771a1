import { Claviger, type ClavigerOptions } from '@claviger/sdk'
import type { Context } from './context.js'
import { findDataDirectory, readOperatorFile } from './data-directory.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { explainServerFailure } from './explain-server-failure.js'
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
    throw explainServerFailure(error, connection)
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
