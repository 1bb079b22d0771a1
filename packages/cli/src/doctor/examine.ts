import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '@claviger/server/config'
import { type DatabaseState, inspectDatabase } from '@claviger/server/inspect'
import { releaseMigrations } from '@claviger/server/migrate'
import type { Context } from '../context.js'
import { explainDatabaseFailure } from '../database/explain-database-failure.js'
import { withPrivateDatabase } from '../database/with-private-database.js'
import { CommandError } from '../exit-codes.js'
import { version } from '../version.js'
import { checkClock } from './check-clock.js'
import { checkConfiguration } from './check-configuration.js'
import { checkDataDirectory } from './check-data-directory.js'
import { checkDatabase } from './check-database.js'
import { checkMasterKey } from './check-master-key.js'
import { checkMigrations } from './check-migrations.js'
import { checkNode } from './check-node.js'
import { checkPort } from './check-port.js'
import { checkServer } from './check-server.js'
import { findServer, type ServerState } from './find-server.js'
import { bad, type Finding, good } from './finding.js'

/** Looks at everything in the order in which a start needs it. */
export async function* examine(context: Context): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node)
  const { config, findings } = await checkConfiguration(context)
  yield* findings
  // Everything below would look in places that nobody means.
  if (!config) return
  const server = await findServer(context, config.dataDir)
  const { finding, isHeld } = await checkDataDirectory(config.dataDir, server)
  yield finding
  yield await checkPort(config, server)
  const database = await lookAtDatabase(config, server, isHeld)
  yield* examineDatabase(config, server, database)
  yield checkServer(config, server)
  const isElsewhere = config.databaseUrl !== undefined && database.kind === 'seen'
  yield checkClock(context.now(), isElsewhere ? database.state.clockAheadMs : 0)
}

type Look =
  | { readonly kind: 'seen'; readonly state: DatabaseState }
  | { readonly kind: 'failed'; readonly message: string }
  /** The private one, which the first start makes. */
  | { readonly kind: 'absent' }
  /** The private one, whose only client is the server that runs it. */
  | { readonly kind: 'behind_server' }
  /** The private one, in the hands of a process that does not answer. */
  | { readonly kind: 'out_of_reach' }

async function lookAtDatabase(config: Config, server: ServerState, isHeld: boolean): Promise<Look> {
  try {
    const url = config.databaseDirectUrl ?? config.databaseUrl
    if (url) return { kind: 'seen', state: await inspectDatabase(url) }
    if (isHeld) return { kind: server.kind === 'ours' ? 'behind_server' : 'out_of_reach' }
    if (!existsSync(join(config.dataDir, 'postgres'))) return { kind: 'absent' }
    return { kind: 'seen', state: await withPrivateDatabase(config.dataDir, inspectDatabase) }
  } catch (error) {
    const explained = explainDatabaseFailure(error)
    if (explained instanceof CommandError) return { kind: 'failed', message: explained.message }
    return { kind: 'failed', message: `It fails with “${(error as Error).message}”. Look into its log.` }
  }
}

async function* examineDatabase(config: Config, server: ServerState, look: Look): AsyncGenerator<Finding> {
  switch (look.kind) {
    case 'failed':
      yield bad('database', look.message)
      return
    case 'absent':
      yield good('database', 'There is none yet; the first start makes a private one.')
      return
    case 'out_of_reach':
      return
    case 'behind_server':
      yield* findingsOfServer(config, server)
      return
    case 'seen':
      yield checkDatabase(look.state)
      yield checkMigrations(look.state.migrations, await releaseMigrations())
      yield await checkMasterKey(config, look.state.sealFingerprint)
  }
}

/** A server has migrated its database and opened its seals before it answers, or it would not be there. */
async function* findingsOfServer(config: Config, server: ServerState): AsyncGenerator<Finding> {
  if (server.kind !== 'ours') return
  const { services, version: running } = server.health
  yield services.database
    ? good('database', 'The server reaches its private PostgreSQL.')
    : bad('database', 'The server does not reach its private PostgreSQL. Start it again.')
  yield running === version
    ? good('migrations', 'The server has applied all of them at its start.')
    : bad(
        'migrations',
        `Version ${running} has applied its own. Start the server again for those of ${version}.`,
      )
  yield await checkMasterKey(config, 'unseen')
}
