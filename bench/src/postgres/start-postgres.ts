/** A PostgreSQL server that the bench started and stops again. */
export type OwnPostgres = { readonly connectionString: string; stop(): Promise<void> }

/**
 * Starts a private PostgreSQL in a data directory that does not exist yet and returns the connection
 * string of its superuser. `onExit` is called if it ends without being asked to.
 */
export type StartPostgres = (options: {
  dataDir: string
  onExit: (reason: string) => void
}) => Promise<OwnPostgres>
