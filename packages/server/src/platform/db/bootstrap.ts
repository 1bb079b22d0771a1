import pg from 'pg'
import { newId } from '#kernel/ids'
import { instanceEnvironmentId, instanceProject, instanceSettings } from '#kernel/instance-environment'
import type { Seal } from '#kernel/seal'

/** Why the data cannot be used with this master key, told in one sentence. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

/** The fingerprint of the key that the data was sealed under; undefined for a database without data. */
export async function findSealFingerprint(connectionString: string): Promise<string | undefined> {
  return withClient(connectionString, async (client) => {
    const { rows } = await client.query('select seal_fingerprint from instance')
    return rows[0]?.seal_fingerprint
  })
}

/** Makes what every installation has: its fingerprint, the environment of the instance, and the default project with its two. */
export async function bootstrap(connectionString: string, seal: Seal): Promise<void> {
  await withClient(connectionString, async (client) => {
    await client.query('begin')
    // Nodes that start together on an empty database make one project, not one each.
    await client.query('lock table projects in exclusive mode')
    await client.query('insert into instance (seal_fingerprint) values ($1) on conflict do nothing', [
      seal.fingerprint,
    ])
    const { rows } = await client.query('select seal_fingerprint from instance')
    if (rows[0].seal_fingerprint !== seal.fingerprint) {
      throw new MasterKeyError(
        'The master key is not the one that sealed this data. Set CLAVIGER_MASTER_KEY to the right one, or restore master.key.',
      )
    }
    const { id, slug, name } = instanceProject
    await client.query(
      'insert into projects (id, slug, name) values ($1, $2, $3) on conflict (id) do nothing',
      [id, slug, name],
    )
    // A later version may set it up otherwise, also where it exists.
    await client.query(
      `insert into environments (id, project_id, name, settings) values ($1, $2, 'live', $3)
       on conflict (id) do update set settings = excluded.settings`,
      [instanceEnvironmentId, id, JSON.stringify(instanceSettings)],
    )
    const { rowCount } = await client.query('select from projects where id <> $1 limit 1', [id])
    if (rowCount === 0) {
      const projectId = newId()
      await client.query(
        "insert into projects (id, slug, name, is_default) values ($1, 'default', 'Default', true)",
        [projectId],
      )
      for (const name of ['live', 'test']) {
        await client.query('insert into environments (id, project_id, name) values ($1, $2, $3)', [
          newId(),
          projectId,
          name,
        ])
      }
    }
    await client.query('commit')
  })
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, options: '-c search_path=claviger,public' })
  // A connection that breaks fails the query on it; an event that nobody hears would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
