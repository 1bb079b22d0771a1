import pg from 'pg'

/** What a database says of itself. */
export interface DatabaseState {
  /** As PostgreSQL words it: `18.4`. */
  readonly version: string
  /** To compare: 180004. */
  readonly versionNumber: number
  /** A replica repeats what its primary does, and takes no writes. */
  readonly isReplica: boolean
  /** How far its clock is ahead of ours, in milliseconds. */
  readonly clockAheadMs: number
  /** The migrations that were applied, with the checksums of their texts. */
  readonly migrations: ReadonlyMap<string, string>
  /** The fingerprint of the master key that the data is sealed under; undefined without data. */
  readonly sealFingerprint: string | undefined
}

/** Looks at a database and changes nothing. Names carry their schema: a pooler takes no search path. */
export async function inspectDatabase(connectionString: string): Promise<DatabaseState> {
  const client = new pg.Client({
    connectionString,
    application_name: 'claviger doctor',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  })
  // A connection that breaks between two queries is found out by the second.
  client.on('error', () => {})
  try {
    await client.connect()
    const askedAtMs = Date.now()
    const { rows } = await client.query(
      `select current_setting('server_version') as version,
              current_setting('server_version_num')::int as "versionNumber",
              pg_is_in_recovery() as "isReplica",
              (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs",
              to_regclass('claviger.schema_migrations') is not null as "hasMigrations",
              to_regclass('claviger.instance') is not null as "hasInstance"`,
    )
    const { nowMs, hasMigrations, hasInstance, version, ...said } = rows[0]
    // The answer was given somewhere between the question and now.
    const clockAheadMs = nowMs - (askedAtMs + Date.now()) / 2
    const migrations = hasMigrations
      ? await client.query('select name, checksum from claviger.schema_migrations')
      : none
    const instance = hasInstance ? await client.query('select seal_fingerprint from claviger.instance') : none
    return {
      ...said,
      version: version.split(' ')[0],
      clockAheadMs,
      migrations: new Map(migrations.rows.map(({ name, checksum }) => [name, checksum])),
      sealFingerprint: instance.rows[0]?.seal_fingerprint,
    }
  } finally {
    // Also where it never connected: its socket would keep the process alive.
    await client.end().catch(() => {})
  }
}

const none: { readonly rows: { name: string; checksum: string; seal_fingerprint?: string }[] } = { rows: [] }
