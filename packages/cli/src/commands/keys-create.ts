import type { SecretKeysCreateBody } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { readCount, type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends ServerOptions {
  readonly name: string
  readonly publishable?: true
  readonly description?: string
  readonly permission?: NonNullable<SecretKeysCreateBody['permissions']>
  readonly perMinute?: number
  readonly perHour?: number
}

/** Adds `claviger keys create`: makes a key and shows it this once. */
export function addKeysCreate(keys: Command, context: Context): void {
  const command = withServerOptions(keys.command('create'))
    .description('Make a secret key for a backend. The key alone is printed, and never again.')
    .option('--name <name>', 'what to recognise it by', 'Made with the command line')
    .option('--publishable', 'make a publishable key: it names the environment to a browser and has no power')
    .option('--description <text>', 'what it is for')
    .option('--permission <names...>', 'what it may do, such as users:read (default: everything)')
    .option('--per-minute <n>', 'how many requests a minute it may make', readCount)
    .option('--per-hour <n>', 'how many requests an hour it may make', readCount)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const kind = options.publishable ? 'publishable' : 'secret'
      await withServer(context, options, async ({ client, place }) => {
        const answer = await client.secretKeys.create({
          name: options.name,
          kind,
          description: options.description,
          permissions: options.permission,
          rateLimitPerMinute: options.perMinute,
          rateLimitPerHour: options.perHour,
        })
        if (options.json) return printJson(context, answer)
        context.stdout.write(`${answer.secret}\n`)
        // To whoever captures the key in a variable it would be noise.
        if (context.stdout.isTty)
          context.stderr.write(`This ${kind} key of ${place} is shown this once: keep it safe.\n`)
      })
    })
  withExamples(command, [
    ['A key to try things with', 'claviger keys create --environment test'],
    ['Straight into a variable', 'export CLAVIGER_SECRET_KEY=$(npx claviger keys create --environment test)'],
    [
      'For a job that only reads',
      'claviger keys create --name Export --permission users:read --per-minute 60',
    ],
    ['For the sign-in page of another project', 'claviger keys create --project shop --publishable'],
  ])
}
