import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { nameOfKey, withKeyArgument } from '../key-argument.js'
import { readHours, type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { minute } from '../output/time.js'

interface Options extends ServerOptions {
  readonly name?: string
  readonly grace?: number
}

/** Adds `claviger keys rotate`: replaces a key by a new one, which it shows this once. */
export function addKeysRotate(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('rotate')))
    .description('Replace a key by a new one. The new key alone is printed; the old one works for a while.')
    .option('--name <name>', 'what to recognise the new one by (default: the old name with “(rotated)”)')
    .option('--grace <hours>', 'for how long the old one goes on working (default: 24)', readHours)
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, options, async ({ client, place }) => {
        const answer = await client.secretKeys.rotate(id, {
          name: options.name,
          gracePeriodHours: options.grace,
        })
        if (options.json) return printJson(context, answer)
        context.stdout.write(`${answer.secret}\n`)
        if (!context.stdout.isTty) return
        const { replaced } = answer
        const end = minute(replaced.gracePeriodEndsAt ?? '')
        context.stderr.write(
          `This key is shown this once: keep it safe. ${nameOfKey(replaced)} of ${place} works until ${end}.\n`,
        )
      })
    })
  withExamples(command, [
    ['With a day to move', 'claviger keys rotate 0198d1c4-…'],
    ['At once', 'claviger keys rotate 0198d1c4-… --grace 0'],
  ])
}
