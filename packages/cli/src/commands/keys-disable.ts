import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { nameOfKey, withKeyArgument } from '../key-argument.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

/** Adds `claviger keys disable`: refuses a key until further notice. */
export function addKeysDisable(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('disable')))
    .description('Disable a key. The next request with it is refused, until it is enabled again.')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async ({ client, place }) => {
        const secretKey = await client.secretKeys.disable(id)
        if (options.json) return printJson(context, { secretKey })
        context.stdout.write(`Disabled ${nameOfKey(secretKey)} of ${place}.\n`)
      })
    })
  withExamples(command, [['To see who misses it', 'claviger keys disable 0198d1c4-…']])
}
