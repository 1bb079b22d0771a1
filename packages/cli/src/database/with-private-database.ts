/**
 * Runs the private database of a data directory for the time of some work, under the lock of the directory.
 * Throws an `EmbeddedPostgresError` when a server or another command holds it.
 */
export async function withPrivateDatabase<T>(
  dataDir: string,
  work: (connectionString: string) => Promise<T>,
): Promise<T> {
  const { startEmbeddedPostgres } = await import('@claviger/server/embedded-postgres')
  // An exit takes the database along; a signal that ends Node by itself would leave it behind.
  const exit = (_name: NodeJS.Signals, signal: number) => process.exit(128 + signal)
  for (const signal of signals) process.once(signal, exit)
  try {
    // If it ends by itself, the work finds its connection closed and says so.
    const postgres = await startEmbeddedPostgres({ dataDir, onExit() {} })
    try {
      return await work(postgres.connectionString)
    } finally {
      await postgres.stop()
    }
  } finally {
    for (const signal of signals) process.off(signal, exit)
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
