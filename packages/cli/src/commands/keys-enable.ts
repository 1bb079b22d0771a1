import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { nameOfKey, withKeyArgument } from '../key-argument.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

/** Adds `claviger keys enable`: lets a disabled key in again. */
export function addKeysEnable(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('enable')))
    .description('Enable a disabled key. A revoked one stays revoked.')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async ({ client, place }) => {
        const secretKey = await client.secretKeys.enable(id)
        if (options.json) return printJson(context, { secretKey })
        context.stdout.write(`Enabled ${nameOfKey(secretKey)} of ${place}: it is ${secretKey.status}.\n`)
      })
    })
  withExamples(command, [['After it was disabled', 'claviger keys enable 0198d1c4-…']])
}
