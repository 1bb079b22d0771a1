import { Command, CommanderError } from 'commander'
import { addAdminInvite } from './commands/admin-invite.js'
import { addAdminList } from './commands/admin-list.js'
import { addAdminRecover } from './commands/admin-recover.js'
import { addApiKeysCreate } from './commands/api-keys-create.js'
import { addApiKeysList } from './commands/api-keys-list.js'
import { addApiKeysRevoke } from './commands/api-keys-revoke.js'
import { addDoctor } from './commands/doctor.js'
import { addExportUsers } from './commands/export-users.js'
import { addImportUsers } from './commands/import-users.js'
import { addKeysCreate } from './commands/keys-create.js'
import { addKeysDeprecate } from './commands/keys-deprecate.js'
import { addKeysDisable } from './commands/keys-disable.js'
import { addKeysEnable } from './commands/keys-enable.js'
import { addKeysList } from './commands/keys-list.js'
import { addKeysRevoke } from './commands/keys-revoke.js'
import { addKeysRotate } from './commands/keys-rotate.js'
import { addKeysShow } from './commands/keys-show.js'
import { addMailbox } from './commands/mailbox.js'
import { addMigrate } from './commands/migrate.js'
import { addProjectsCreate } from './commands/projects-create.js'
import { addProjectsDelete } from './commands/projects-delete.js'
import { addProjectsList } from './commands/projects-list.js'
import { addProjectsPurge } from './commands/projects-purge.js'
import { addProjectsRecover } from './commands/projects-recover.js'
import { addStart } from './commands/start.js'
import { addUsersBan } from './commands/users-ban.js'
import { addUsersExport } from './commands/users-export.js'
import { addUsersGet } from './commands/users-get.js'
import { addUsersList } from './commands/users-list.js'
import { addUsersUnban } from './commands/users-unban.js'
import { type Context, processContext } from './context.js'
import { CommandError, type ExitCode, exitCodes } from './exit-codes.js'
import { withExamples } from './options.js'
import { version } from './version.js'

/** Runs the command of this process. A server that it has started goes on when this has returned. */
export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processContext())
}

/** Runs one command and answers its exit code; what went wrong is one sentence on stderr. */
export async function run(args: readonly string[], context: Context): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    // Commander has said it already; with code 0 it has shown the help or the version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUsage
    if (error instanceof CommandError) {
      context.stderr.write(`${error.message}\n`)
      return error.exitCode
    }
    // Nobody foresaw this one, so the trace helps more than a sentence would.
    context.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    return exitCodes.failed
  }
}

function createProgram(context: Context): Command {
  const program = new Command('claviger')
    .description('Runs Claviger, and manages its administrators, projects, keys and users from the host.')
    .version(version)
    .option('--json', 'print JSON for programs, and nothing else on stdout')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
      outputError: (text, write) => write(sentenceOf(text)),
    })
    .exitOverride()
    .addHelpText('after', guide)
  withExamples(program, [
    ['Run the server', 'claviger start'],
    ['Make a key to try things with', 'claviger keys create --environment test'],
    ['Find out why something does not work', 'claviger doctor'],
  ])
  addStart(program, context)
  addMigrate(program, context)
  addDoctor(program, context)
  const admin = program.command('admin').description('List, invite and recover administrators.')
  addAdminList(admin, context)
  addAdminInvite(admin, context)
  addAdminRecover(admin, context)
  const projects = program
    .command('projects')
    .description('List, create, delete, recover and purge projects.')
  addProjectsList(projects, context)
  addProjectsCreate(projects, context)
  addProjectsDelete(projects, context)
  addProjectsRecover(projects, context)
  addProjectsPurge(projects, context)
  const keys = program.command('keys').description('Make, rotate and end secret and publishable keys.')
  addKeysCreate(keys, context)
  addKeysList(keys, context)
  addKeysShow(keys, context)
  addKeysRotate(keys, context)
  addKeysDeprecate(keys, context)
  addKeysDisable(keys, context)
  addKeysEnable(keys, context)
  addKeysRevoke(keys, context)
  const apiKeys = program.command('api-keys').description('Make, list and revoke keys of your customers.')
  addApiKeysCreate(apiKeys, context)
  addApiKeysList(apiKeys, context)
  addApiKeysRevoke(apiKeys, context)
  const users = program.command('users').description('List, look at, ban and unban users.')
  addUsersList(users, context)
  addUsersGet(users, context)
  addUsersBan(users, context)
  addUsersUnban(users, context)
  addUsersExport(users, context)
  addMailbox(program, context)
  addImportUsers(program.command('import').description('Bring users here from another system.'), context)
  addExportUsers(program.command('export').description('Write users into a file.'), context)
  return program
}

/** Commander says `error: unknown option '--x'` and goes on in further lines. */
function sentenceOf(text: string): string {
  const words = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
    .join(' ')
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  return `${sentence}${/[.)?]$/.test(sentence) ? '' : '.'} Add --help to see how it is used.\n`
}

const guide = `
All but the first three act on the server of this host, as its operator: the one whose
data directory is CLAVIGER_DATA_DIR, or .claviger here or in a folder above. With
CLAVIGER_URL or --url they act on that one, with the key in CLAVIGER_SECRET_KEY.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused by the server,
5 server or database unavailable.`
