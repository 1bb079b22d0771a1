import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { CommandError, exitCodes } from '../exit-codes.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { printable } from '../output/printable.js'

/** Adds `claviger keys revoke`: ends a key for good. */
export function addKeysRevoke(keys: Command, context: Context): void {
  const command = withServerOptions(keys.command('revoke'))
    .description('Revoke a key for good. The next request with it is refused.')
    .argument('<id>', 'the id of the key, as claviger keys list shows it')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      // The key would travel in a URL, and into the log of whatever proxy is on the way.
      if (/^[sp]k_/.test(id)) {
        throw new CommandError(
          exitCodes.wrongUsage,
          'Name the key by its id, which claviger keys list shows.',
        )
      }
      await withServer(context, options, async ({ client, place }) => {
        const secretKey = await client.secretKeys.revoke(id)
        if (options.json) return printJson(context, { secretKey })
        context.stdout.write(`Revoked ${secretKey.prefix}… (${printable(secretKey.name)}) of ${place}.\n`)
      })
    })
  withExamples(command, [
    ['A key of the test environment', 'claviger keys revoke 0198d1c4-… --environment test'],
  ])
}
