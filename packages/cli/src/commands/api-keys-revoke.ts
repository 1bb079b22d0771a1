import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { nameOfKey, withKeyArgument } from '../key-argument.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends ServerOptions {
  readonly reason?: string
}

/** Adds `claviger api-keys revoke`: ends a key of a customer for good. */
export function addApiKeysRevoke(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('revoke')), 'claviger api-keys list')
    .description('Revoke a key of a customer for good. The next verification refuses it.')
    .option('--reason <text>', 'why; it is kept with the key')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, options, async ({ client, place }) => {
        const apiKey = await client.apiKeys.revoke(id, { reason: options.reason ?? null })
        if (options.json) return printJson(context, { apiKey })
        context.stdout.write(`Revoked ${nameOfKey(apiKey)} of ${place}.\n`)
      })
    })
  withExamples(command, [
    [
      'A key that was found in a repository',
      'claviger api-keys revoke 0198d1c4-… --reason "Found in a repository"',
    ],
  ])
}
