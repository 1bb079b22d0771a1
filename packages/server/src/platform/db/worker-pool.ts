import pg from 'pg'

const connectionsMax = 3

/**
 * Connections for the queue of jobs, which has its own tables and its own role. A network that swallows what
 * is sent ends here as it does for requests: with an error, after which the queue connects again.
 */
export function openWorkerPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: 'claviger worker',
    max: connectionsMax,
    connectionTimeoutMillis: 5_000,
    query_timeout: 20_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  // The queue finds broken connections out by using them; an error that nobody hears ends the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
