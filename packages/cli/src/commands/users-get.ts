import type { User } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findUser } from '../find-user.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { type Facts, printFacts } from '../output/facts.js'
import { printJson } from '../output/json.js'
import { minute } from '../output/time.js'

/** Adds `claviger users get`: everything that is known of one user. */
export function addUsersGet(users: Command, context: Context): void {
  const command = withServerOptions(users.command('get'))
    .description('Show one user.')
    .argument('<id or email>', 'who')
    .action(async (who: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async (connection) => {
        const user = await findUser(connection, who)
        if (options.json) return printJson(context, { user })
        printFacts(context, describe(user))
      })
    })
  withExamples(command, [
    ['By address', 'claviger users get ada@example.com'],
    ['One field, for a script', "claviger users get ada@example.com --json | jq -r '.user.id'"],
  ])
}

function* describe(user: User): Facts {
  yield ['Id', user.id]
  for (const { email, isPrimary, isVerified } of user.emails) {
    const facts = [isPrimary && 'primary', isVerified ? 'verified' : 'not verified'].filter(Boolean)
    yield ['Email', `${email} (${facts.join(', ')})`]
  }
  if (user.phoneNumber !== null) yield ['Phone', user.phoneNumber]
  if (user.username !== null) yield ['Username', user.username]
  if (user.externalId !== null) yield ['External id', user.externalId]
  if (user.isBanned) {
    const until = user.banExpiresAt === null ? 'until unbanned' : `until ${minute(user.banExpiresAt)}`
    yield ['Banned', user.banReason === null ? until : `${until}: ${user.banReason}`]
  }
  yield ['Created', minute(user.createdAt)]
  yield ['Updated', minute(user.updatedAt)]
  for (const [title, bucket] of [
    ['Public metadata', user.publicMetadata],
    ['Private metadata', user.privateMetadata],
    ['Unsafe metadata', user.unsafeMetadata],
  ] as const) {
    if (Object.keys(bucket).length > 0) yield [title, JSON.stringify(bucket)]
  }
}
