import type { ApiKey, ApiKeysListQuery } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { readCount, type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printList } from '../output/list.js'
import type { Column } from '../output/table.js'
import { day } from '../output/time.js'

interface Options extends ServerOptions {
  readonly api?: string
  readonly user?: string
  readonly organization?: string
  readonly status?: NonNullable<ApiKeysListQuery['status']>
  readonly search?: string
  readonly limit: number
}

const pageLimitMax = 100
const statuses = ['active', 'disabled', 'expired', 'owner_disabled', 'revoked']

const columns: readonly Column<ApiKey>[] = [
  { title: 'ID', width: 36, text: ({ id }) => id },
  { title: 'KEY BEGINS WITH', width: 16, text: ({ prefix }) => prefix ?? '' },
  {
    title: 'LAST USED',
    width: 10,
    // Of a key that is not as it should be, that matters more.
    text: ({ status, lastVerifiedAt }) =>
      status !== 'active' ? status.replace('_', ' ') : lastVerifiedAt ? day(lastVerifiedAt) : 'never',
    colour: ({ status }) => (status === 'revoked' || status === 'expired' ? 'red' : undefined),
  },
  { title: 'NAME', width: 12, text: ({ name }) => name },
]

/** Adds `claviger api-keys list`: keys of customers, without the secrets. */
export function addApiKeysList(keys: Command, context: Context): void {
  const command = withServerOptions(keys.command('list'))
    .description('List the keys of customers, newest first.')
    .option('--api <id>', 'only keys for this API')
    .option('--user <id>', 'only keys of this user')
    .option('--organization <id>', 'only keys of this organization')
    .addOption(new Option('--status <status>', 'only keys that are like this').choices(statuses))
    .option('--search <text>', 'part of the name, or how the key begins')
    .addOption(new Option('--limit <rows>', 'at most this many').argParser(readCount).default(50))
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const query = {
        apiId: options.api,
        userId: options.user,
        organizationId: options.organization,
        status: options.status,
        search: options.search,
        limit: Math.min(options.limit, pageLimitMax),
      }
      await withServer(context, options, ({ client, place }) =>
        printList(context, {
          noun: 'apiKeys',
          first: client.apiKeys.list(query),
          limitMax: options.limit,
          isJson: options.json === true,
          columns,
          title: `API keys in ${place}`,
        }),
      )
    })
  withExamples(command, [
    ['Keys that stopped with their user', 'claviger api-keys list --status owner_disabled'],
    [
      'How often each key was used',
      "claviger api-keys list --json | jq '.apiKeys[] | {name, verificationCount}'",
    ],
  ])
}
