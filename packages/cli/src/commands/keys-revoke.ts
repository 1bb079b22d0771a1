import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { nameOfKey, withKeyArgument } from '../key-argument.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends ServerOptions {
  readonly reason?: string
}

/** Adds `claviger keys revoke`: ends a key for good. */
export function addKeysRevoke(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('revoke')))
    .description('Revoke a key for good. The next request with it is refused.')
    .option('--reason <text>', 'why; it is kept with the key')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, options, async ({ client, place }) => {
        const secretKey = await client.secretKeys.revoke(id, { reason: options.reason ?? null })
        if (options.json) return printJson(context, { secretKey })
        context.stdout.write(`Revoked ${nameOfKey(secretKey)} of ${place}.\n`)
      })
    })
  withExamples(command, [
    [
      'A key that was found in a repository',
      'claviger keys revoke 0198d1c4-… --reason "Found in a public repository"',
    ],
  ])
}
