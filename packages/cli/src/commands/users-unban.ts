import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findUser } from '../find-user.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { printable } from '../output/printable.js'
import { nameOf } from '../user-name.js'

/** Adds `claviger users unban`: lets a user sign in again. */
export function addUsersUnban(users: Command, context: Context): void {
  const command = withServerOptions(users.command('unban'))
    .description('Lift the ban of a user. Its sessions stay ended, its API keys work again.')
    .argument('<id or email>', 'who')
    .action(async (who: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async (connection) => {
        const { id } = await findUser(connection, who)
        const user = await connection.client.users.unban(id)
        if (options.json) return printJson(context, { user })
        context.stdout.write(`${printable(nameOf(user))} may sign in to ${connection.place} again.\n`)
      })
    })
  withExamples(command, [['By address', 'claviger users unban ada@example.com']])
}
