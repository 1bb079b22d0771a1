import { startEmbeddedPostgres } from '@claviger/server/embedded-postgres'
import type { StartPostgres } from './start-postgres.js'

/** Starts the PostgreSQL that Claviger carries, for both contenders. */
export const startPrivatePostgres: StartPostgres = startEmbeddedPostgres
