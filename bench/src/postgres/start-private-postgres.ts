import type { StartPostgres } from './start-postgres.js'

/** Starts the PostgreSQL that Claviger carries. Not connected yet, and says so. */
export const startPrivatePostgres: StartPostgres = () =>
  Promise.reject(
    new Error(
      'Connect the embedded PostgreSQL in postgres/start-private-postgres.ts, or pass --database-url.',
    ),
  )
