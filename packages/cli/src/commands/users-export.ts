import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findUser } from '../find-user.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

/** Adds `claviger users export`: everything that is kept about one user, as JSON. */
export function addUsersExport(users: Command, context: Context): void {
  const command = withServerOptions(users.command('export'))
    .description('Print everything that is kept about a user: for whoever asks what it is.')
    .argument('<id or email>', 'who')
    .action(async (who: string, _options: object, command: Command) => {
      await withServer(context, command.optsWithGlobals<ServerOptions>(), async (connection) => {
        const { id } = await findUser(connection, who)
        printJson(context, await connection.client.users.export(id))
      })
    })
  withExamples(command, [['Into a file', 'claviger users export ada@example.com > ada.json']])
}
