import type { Command } from 'commander'
import type { Context } from '../context.js'
import { serverVariables } from '../data-directory.js'
import { explainDatabaseFailure } from '../database/explain-database-failure.js'
import { withPrivateDatabase } from '../database/with-private-database.js'
import { CommandError, exitCodes } from '../exit-codes.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'
import { counted, createProgress } from '../output/progress.js'

/** Adds `claviger migrate`: brings the schema up to date without starting the server. */
export function addMigrate(program: Command, context: Context): void {
  const command = program
    .command('migrate')
    .description(
      'Apply the migrations that the database lacks: the one that CLAVIGER_DATABASE_URL names, else the ' +
        'private one of the data directory, which must not be in use. A start does the same by itself.',
    )
    .action(async (_options: object, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const { applied, where } = await migrateConfigured(context)
      if (json) return printJson(context, { applied })
      for (const name of applied) context.stdout.write(`Applied ${name}\n`)
      context.stdout.write(
        applied.length === 0
          ? `Nothing to apply: ${where} is up to date.\n`
          : `${counted(applied.length, 'migration')} applied to ${where}.\n`,
      )
    })
  withExamples(command, [
    ['Before the nodes of a new version start', 'CLAVIGER_DATABASE_URL=postgres://… claviger migrate'],
    ['What was applied, for a script', 'claviger migrate --json'],
  ])
}

async function migrateConfigured(context: Context): Promise<{ applied: string[]; where: string }> {
  const [{ ConfigError, readConfig }, { migrate }] = await Promise.all([
    import('@claviger/server/config'),
    import('@claviger/server/migrate'),
  ])
  const progress = createProgress(context, 'Migrating')
  const apply = (url: string) =>
    migrate(url, (_name, done, of) => {
      if (of > 1) progress.show(done, of)
    })
  try {
    const { databaseUrl, databaseDirectUrl, dataDir } = readConfig(serverVariables(context), context.cwd)
    const url = databaseDirectUrl ?? databaseUrl
    return url === undefined
      ? { applied: await withPrivateDatabase(dataDir, apply), where: `the private database in ${dataDir}` }
      : { applied: await apply(url), where: 'the database of CLAVIGER_DATABASE_URL' }
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CommandError(exitCodes.failed, error.message, { cause: error })
    throw explainDatabaseFailure(error)
  } finally {
    progress.clear()
  }
}
