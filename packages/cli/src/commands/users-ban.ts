import { type Command, InvalidArgumentError, Option } from 'commander'
import { readBanEnd } from '../ban-end.js'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findUser } from '../find-user.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { printable } from '../output/printable.js'
import { counted } from '../output/progress.js'
import { minute } from '../output/time.js'
import { nameOf } from '../user-name.js'

interface Options extends ServerOptions {
  readonly reason?: string
  /** ISO 8601. */
  readonly until?: string
}

/** Adds `claviger users ban`: ends what a user has, and keeps the user out. */
export function addUsersBan(users: Command, context: Context): void {
  const until = new Option('--until <time>', 'when it ends: 12h, 7d, 2w, or a time in ISO 8601 with its zone')
  const command = withServerOptions(users.command('ban'))
    .description('Ban a user: every session ends at once, and signing in is refused.')
    .argument('<id or email>', 'who')
    .option('--reason <text>', 'why; backends see it, the user does not')
    .addOption(
      until.argParser((text) => {
        const endMs = readBanEnd(text, context.now())
        if (endMs === undefined) throw new InvalidArgumentError('It must be a time that is still to come.')
        return new Date(endMs).toISOString()
      }),
    )
    .action(async (who: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, options, async (connection) => {
        const { id } = await findUser(connection, who)
        const answer = await connection.client.users.ban(id, {
          reason: options.reason ?? null,
          expiresAt: options.until ?? null,
        })
        if (options.json) return printJson(context, answer)
        const { user, ended } = answer
        const end = user.banExpiresAt === null ? '' : ` until ${minute(user.banExpiresAt)}`
        const stopped = [counted(ended.sessions, 'session')]
        if (ended.apiKeys > 0) stopped.push(counted(ended.apiKeys, 'API key'))
        context.stdout.write(
          `Banned ${printable(nameOf(user))} in ${connection.place}${end}; ended ${stopped.join(' and ')}.\n`,
        )
      })
    })
  withExamples(command, [
    ['Until unbanned', 'claviger users ban ada@example.com --reason "Terms of service"'],
    ['For a week', 'claviger users ban ada@example.com --until 7d'],
    ['Until a moment', 'claviger users ban ada@example.com --until 2027-01-01T00:00:00Z'],
  ])
}
