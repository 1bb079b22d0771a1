import { AuthenticationError, Claviger, ConnectionError, type Health, TimeoutError } from '@claviger/sdk'
import type { Context } from '../context.js'
import { type OperatorFile, readOperatorFile } from '../data-directory.js'
import { CommandError } from '../exit-codes.js'

/** Whether the server of a data directory runs. */
export type ServerState =
  /** No server has ever run with this data directory. */
  | { readonly kind: 'none' }
  /** Whether one runs cannot be found out; the message says why. */
  | { readonly kind: 'unknown'; readonly message: string }
  /** Nothing listens where the last one was. */
  | { readonly kind: 'stopped'; readonly url: string }
  /** Something listens and does not answer in time. */
  | { readonly kind: 'silent'; readonly url: string }
  /** Something else answers where the last one was. */
  | { readonly kind: 'stranger'; readonly url: string }
  | { readonly kind: 'ours'; readonly url: string; readonly health: Health }

/** Asks what answers where the data directory says that its server is. */
export async function findServer(context: Context, dataDir: string): Promise<ServerState> {
  let operator: OperatorFile | undefined
  try {
    operator = await readOperatorFile(dataDir)
  } catch (error) {
    if (error instanceof CommandError) return { kind: 'unknown', message: error.message }
    throw error
  }
  if (!operator) return { kind: 'none' }
  const { url, token } = operator
  const client = new Claviger({
    baseUrl: url,
    operatorToken: token,
    fetch: context.fetch,
    maxRetries: 0,
    timeoutMs: 5_000,
  })
  try {
    const health = await client.health.get()
    return (await accepts(client)) ? { kind: 'ours', url, health } : { kind: 'stranger', url }
  } catch (error) {
    if (error instanceof ConnectionError) return { kind: 'stopped', url }
    return error instanceof TimeoutError ? { kind: 'silent', url } : { kind: 'stranger', url }
  }
}

/** Only the server that wrote the token knows it; other failures say that the server has it and is ill. */
async function accepts(client: Claviger): Promise<boolean> {
  try {
    await client.projects.list({ limit: 1 })
    return true
  } catch (error) {
    return !(error instanceof AuthenticationError)
  }
}
