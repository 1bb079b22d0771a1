import type { SecretKey } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printList } from '../output/list.js'
import type { Column } from '../output/table.js'
import { day } from '../output/time.js'

const columns: readonly Column<SecretKey>[] = [
  { title: 'ID', width: 36, text: ({ id }) => id },
  { title: 'KEY BEGINS WITH', width: 16, text: ({ prefix }) => prefix },
  {
    title: 'LAST USED',
    width: 10,
    // Of a key that is not as it should be, that matters more.
    text: ({ status, lastUsedAt }) => (status !== 'active' ? status : lastUsedAt ? day(lastUsedAt) : 'never'),
    colour: ({ status }) => (status === 'revoked' || status === 'expired' ? 'red' : undefined),
  },
  { title: 'NAME', width: 12, text: ({ name }) => name },
]

/** Adds `claviger keys list`: every key of an environment, without the secrets. */
export function addKeysList(keys: Command, context: Context): void {
  const command = withServerOptions(keys.command('list'))
    .description('List the keys of an environment, newest first.')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, ({ client, place }) =>
        printList(context, {
          noun: 'secretKeys',
          first: client.secretKeys.list({ limit: 100 }),
          limitMax: Number.POSITIVE_INFINITY,
          isJson: options.json === true,
          columns,
          title: `keys in ${place}`,
        }),
      )
    })
  withExamples(command, [
    ['The keys of the live environment of the default project', 'claviger keys list'],
    [
      'How often old keys were used since they should not be',
      "claviger keys list --json | jq '.secretKeys[].usesSinceDeprecation'",
    ],
    [
      'Keys that nobody has ever used',
      "claviger keys list --json | jq '.secretKeys[] | select(.lastUsedAt == null)'",
    ],
  ])
}
