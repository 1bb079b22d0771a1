import pg from 'pg'
import { explainDatabaseError } from './database-error.js'
import { runStatement } from './run-statement.js'

/** A few connections on which many reads, or other single statements, are under way at once. */
export interface Readers {
  query(environmentId: string, text: string, values: readonly unknown[]): Promise<pg.QueryResult>
  close(): Promise<void>
}

const settings =
  "select set_config('claviger.environment_id', $1, false), set_config('claviger.clock_offset_ms', $2, false)"

interface Reader {
  client: pg.Client | undefined
  ready: Promise<unknown> | undefined
  /** The last setting that was queued on the connection, and what it sets it to. */
  setting: { readonly to: string; readonly done: Promise<unknown> } | undefined
  inFlight: number
}

/**
 * Reads need no transaction of their own: the environment is set and the statement sent in the same
 * turn on one pipelined connection, where nothing can come between the two. That makes row-level
 * security nearly free, where a transaction around every read would halve what a node can do. A connection
 * that is set already, by what was queued on it before, is not set again.
 */
export function createReaders(options: {
  config: pg.ClientConfig
  connections: number
  clockOffset: () => string
}): Readers {
  const readers: Reader[] = Array.from({ length: options.connections }, () => ({
    client: undefined,
    ready: undefined,
    setting: undefined,
    inFlight: 0,
  }))
  let closed = false

  function connect(reader: Reader): Promise<unknown> {
    const client = new pg.Client(options.config)
    const forget = () => {
      if (reader.client === client) reader.client = reader.ready = reader.setting = undefined
    }
    // A broken connection fails the reads that are on it and is opened again by the next one.
    client.on('error', forget)
    client.on('end', forget)
    reader.client = client
    reader.ready = client.connect().catch((error) => {
      forget()
      throw error
    })
    return reader.ready
  }

  /** Queues the setting, unless the one before it leaves the connection as this read needs it. */
  function setEnvironment(reader: Reader, client: pg.Client, environmentId: string): Promise<unknown> {
    const offset = options.clockOffset()
    const to = `${environmentId} ${offset}`
    if (reader.setting?.to !== to) {
      const setting = { to, done: runStatement(client, settings, [environmentId, offset]) }
      reader.setting = setting
      setting.done.catch(() => {
        if (reader.setting === setting) reader.setting = undefined
      })
    }
    return reader.setting.done
  }

  return {
    async query(environmentId, text, values) {
      if (closed) throw explainDatabaseError(new Error('The connection to the database is closed.'))
      // The one with the least to do, so that a slow statement holds up few others.
      const reader = readers.reduce((least, other) => (other.inFlight < least.inFlight ? other : least))
      reader.inFlight++
      try {
        if (!reader.ready) connect(reader)
        await reader.ready
        const client = reader.client
        if (!client) throw new Error('The connection to the database was lost.')
        const set = setEnvironment(reader, client, environmentId)
        const result = runStatement(client, text, values)
        // If the setting failed, whoever queued it, the answer is of another environment and is thrown away.
        result.catch(() => {})
        await set
        return await result
      } catch (error) {
        throw explainDatabaseError(error)
      } finally {
        reader.inFlight--
      }
    },
    async close() {
      closed = true
      await Promise.all(readers.map(({ client }) => client?.end().catch(() => {})))
    },
  }
}
