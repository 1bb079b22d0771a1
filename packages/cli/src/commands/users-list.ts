import type { User } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { readCount, type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printList } from '../output/list.js'
import type { Column } from '../output/table.js'
import { day } from '../output/time.js'
import { nameOf } from '../user-name.js'

interface Options extends ServerOptions {
  readonly search?: string
  readonly email?: string
  readonly banned?: true
  readonly limit: number
  readonly all?: true
}

const pageLimitMax = 100

const columns: readonly Column<User>[] = [
  { title: 'ID', width: 36, text: ({ id }) => id },
  { title: 'CREATED', width: 10, text: ({ createdAt }) => day(createdAt) },
  {
    title: 'STATE',
    width: 6,
    text: ({ isBanned }) => (isBanned ? 'banned' : 'active'),
    colour: ({ isBanned }) => (isBanned ? 'red' : undefined),
  },
  { title: 'USER', width: 22, text: nameOf },
]

/** Adds `claviger users list`: users of an environment, one page or all of them. */
export function addUsersList(users: Command, context: Context): void {
  const command = withServerOptions(users.command('list'))
    .description('List users, newest first.')
    .option('--search <text>', 'part of an address, username or external id')
    .option('--email <address>', 'exactly this address')
    .option('--banned', 'only users who are banned')
    .addOption(new Option('--limit <rows>', 'at most this many').argParser(readCount).default(50))
    .addOption(new Option('--all', 'every one, however many, as they arrive').conflicts('limit'))
    .action(async (_options: object, command: Command) => {
      const { search, email, banned, ...options } = command.optsWithGlobals<Options>()
      const limitMax = options.all ? Number.POSITIVE_INFINITY : options.limit
      const filter = { search, email, isBanned: banned }
      const isFiltered = Object.values(filter).some((value) => value !== undefined)
      await withServer(context, options, ({ client, place }) =>
        printList(context, {
          noun: 'users',
          first: client.users.list({ ...filter, limit: Math.min(limitMax, pageLimitMax) }),
          limitMax,
          isJson: options.json === true,
          columns,
          title: `${isFiltered ? 'matching ' : ''}users in ${place}`,
        }),
      )
    })
  withExamples(command, [
    ['The latest 50 of the live environment', 'claviger users list'],
    ['Who is banned in the test environment', 'claviger users list --banned --environment test'],
    ['Everyone at a company', 'claviger users list --search @example.com --all'],
    ['All addresses, for a script', "claviger users list --all --json | jq -r '.users[].email'"],
  ])
}
