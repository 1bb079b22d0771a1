import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { nameOfKey, withKeyArgument } from '../key-argument.js'
import { readHours, type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { minute } from '../output/time.js'

interface Options extends ServerOptions {
  readonly reason?: string
  readonly grace?: number
}

/** Adds `claviger keys deprecate`: gives a key an end. */
export function addKeysDeprecate(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('deprecate')))
    .description('Give a key an end. Until then it works, and every answer to it says when that is.')
    .option('--grace <hours>', 'for how long it goes on working (default: 24)', readHours)
    .option('--reason <text>', 'why; it is recorded')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, options, async ({ client, place }) => {
        const secretKey = await client.secretKeys.deprecate(id, {
          gracePeriodHours: options.grace,
          reason: options.reason ?? null,
        })
        if (options.json) return printJson(context, { secretKey })
        const end = minute(secretKey.gracePeriodEndsAt ?? '')
        context.stdout.write(`Deprecated ${nameOfKey(secretKey)} of ${place}: it works until ${end}.\n`)
      })
    })
  withExamples(command, [['With a week to move', 'claviger keys deprecate 0198d1c4-… --grace 168']])
}
