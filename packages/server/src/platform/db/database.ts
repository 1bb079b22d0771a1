import { errors } from '@claviger/contract'
import pg from 'pg'
import { fail } from '#kernel/failure'
import type { Queries, Statement, Transaction } from '#kernel/queries'
import { columnParsers } from './column-parsers.js'
import { explainDatabaseError, isUnavailable, wantsRetry } from './database-error.js'
import { createReaders, type Readers } from './readers.js'
import { runStatement, runUnprepared, type Session } from './run-statement.js'

export interface DatabaseOptions {
  readonly connectionString: string
  /** `transaction` where a pooler such as PgBouncer hands out another server for every transaction. */
  readonly pooling: 'session' | 'transaction'
  readonly connectionsMax: number
  /** How long a transaction may wait for a connection. */
  readonly connectionMsMax?: number
  /** How long a statement may go without an answer. */
  readonly answerMsMax?: number
  /** Tests move the database's clock by this; undefined in production. */
  readonly clockOffsetMs?: () => number
}

/** The database as the server uses it: under the role that owns nothing and bypasses nothing. */
export interface Database {
  /** Reads in one environment, outside a transaction. */
  read(environmentId: string): Queries
  /** Runs the work in one transaction in one environment, again if the database asks for a retry. */
  transaction<T>(environmentId: string, work: (tx: Transaction) => Promise<T>): Promise<T>
  /** For the few look-ups that find out which environment a request is in. */
  readonly anywhere: Queries
  /** For short statements that no request waits for, such as counts: no look-up waits behind them. */
  readonly aside: Queries
  /** Whether the database answers. */
  ping(): Promise<boolean>
  close(): Promise<void>
}

/** In place of an environment: for what is above all of them. */
export const aboveEnvironments = ''

const attemptsMax = 4
const defaultConnectionMsMax = 5_000
/**
 * Longer than the database itself lets a statement take, so this is reached only where the network swallows what
 * is sent. The connection is then given up, and with it everything that waits on it.
 */
const defaultAnswerMsMax = 20_000
/** Whoever asks whether the database is there wants to know it sooner than its slowest answer. */
const pingMsMax = 5_000
const readersInEnvironments = 3
/** Look-ups that find an environment have connections to themselves, which then are set only once. */
const readersAnywhere = 1
/** What nobody waits for should hold up nobody. */
const readersAside = 1

/** What every statement runs under. The role comes last: what is before it is set by whoever logged in. */
const connectionSettings = Object.entries({
  search_path: 'claviger,public',
  timezone: 'UTC',
  datestyle: 'ISO',
  statement_timeout: '15s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '30s',
  role: 'claviger_app',
})

/** As a startup option, so that no statement can run before it. */
const connectionOptions = connectionSettings.map(([name, value]) => `-c ${name}=${value}`).join(' ')

const transactionSettings =
  "select set_config('claviger.environment_id', $1, true), set_config('claviger.clock_offset_ms', $2, true)"
/** For one transaction, where the connection belongs to a pooler. */
const pooledTransactionSettings = [
  transactionSettings,
  ...connectionSettings.map(([name, value]) => `set_config('${name}', '${value}', true)`),
].join(', ')

export function openDatabase(options: DatabaseOptions): Database {
  const pooled = options.pooling === 'transaction'
  const config: pg.PoolConfig & { pipeline: boolean } = {
    connectionString: options.connectionString,
    application_name: 'claviger',
    types: columnParsers,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: options.answerMsMax ?? defaultAnswerMsMax,
    pipeline: true,
    connectionTimeoutMillis: options.connectionMsMax ?? defaultConnectionMsMax,
    ...(pooled ? {} : { options: connectionOptions }),
  }
  const settings = pooled ? pooledTransactionSettings : transactionSettings
  const send = pooled ? runUnprepared : runStatement
  const clockOffset = () => String(options.clockOffsetMs?.() ?? '')
  const pool = new pg.Pool({ ...config, max: options.connectionsMax })
  // A connection that breaks fails the statements on it and is replaced at its next use; there is nobody
  // else to tell. The pool hears only those that are idle, and an error that nobody hears ends the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const createReadersOf = (connections: number) => createReaders({ config, connections, clockOffset })
  const readers = pooled ? undefined : createReadersOf(readersInEnvironments)
  const finders = pooled ? undefined : createReadersOf(readersAnywhere)
  const aside = pooled ? undefined : createReadersOf(readersAside)

  async function attempt<T>(environmentId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error) => {
      throw explainDatabaseError(error)
    })
    let broken: Error | undefined
    try {
      // Sent together: the connection is this transaction's alone, so nothing can come between them.
      const begun = Promise.all([
        client.query('begin'),
        send(client, settings, [environmentId, clockOffset()]),
      ])
      begun.catch(() => {})
      const result = await work(
        inTransaction((text, values) => send(client, text, values), environmentId, begun),
      )
      await begun
      const { command } = await client.query('commit').catch((error) => {
        // Whoever repeats on «unavailable» must be sure that nothing was kept; here nobody knows.
        throw isUnavailable(error) ? fail(errors.outcome_unknown) : error
      })
      // What a swallowed error has aborted is rolled back by its commit, which then does not fail.
      if (command !== 'COMMIT') throw new Error('A transaction in which a statement failed was not kept.')
      return result
    } catch (error) {
      await client.query('rollback').catch((failure) => {
        broken = failure
      })
      if (isUnavailable(error)) broken ??= error as Error
      throw explainDatabaseError(error)
    } finally {
      client.release(broken)
    }
  }

  async function transaction<T>(environmentId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(environmentId, work)
      } catch (error) {
        if (!wantsRetry(error)) throw error
        // Nothing was kept, so whoever asked may well ask again.
        if (attempts === attemptsMax) throw fail(errors.unavailable)
      }
    }
  }

  function readOn(readers: Readers | undefined, environmentId: string): Queries {
    return new SessionQueries(environmentId, (text, values) =>
      readers
        ? readers.query(environmentId, text, values)
        : transaction(environmentId, (tx) => (tx as TransactionQueries).session(text, values)),
    )
  }

  return {
    read: (environmentId) => readOn(readers, environmentId),
    transaction,
    anywhere: readOn(finders, aboveEnvironments),
    aside: readOn(aside, aboveEnvironments),
    async ping() {
      try {
        await pool.query({ text: 'select 1', query_timeout: pingMsMax } as pg.QueryConfig)
        return true
      } catch {
        return false
      }
    },
    async close() {
      await Promise.all([pool.end(), readers?.close(), finders?.close(), aside?.close()])
    },
  }
}

/** Statements of one environment, on whatever session they are sent to. */
class SessionQueries implements Queries {
  readonly environmentId: string
  readonly session: Session

  constructor(environmentId: string, session: Session) {
    this.environmentId = environmentId
    this.session = session
  }

  private execute(statement: Statement<unknown>) {
    const { sql, parameters } = statement.compile()
    return this.session(sql, parameters)
  }
  async many(statement: Statement<unknown>) {
    return (await this.execute(statement)).rows
  }
  async first(statement: Statement<unknown>) {
    return (await this.execute(statement)).rows[0]
  }
  async one(statement: Statement<unknown>) {
    const [row] = (await this.execute(statement)).rows
    if (row === undefined) throw new Error('A statement that always yields a row yielded none.')
    return row
  }
  async run(statement: Statement<unknown>) {
    return (await this.execute(statement)).rowCount ?? 0
  }
}

class TransactionQueries extends SessionQueries implements Transaction {
  readonly isTransaction = true
}

function inTransaction(send: Session, environmentId: string, begun: Promise<unknown>): TransactionQueries {
  return new TransactionQueries(environmentId, async (text, values) => {
    // Queued behind `begin`; if that failed, its error is the one that says why.
    const result = send(text, values)
    result.catch(() => {})
    await begun
    return result
  })
}
