import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { readCount, type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends ServerOptions {
  readonly api: string
  readonly name: string
  readonly scope?: string[]
  readonly user?: string
  readonly organization?: string
  readonly perMinute?: number
}

/** Adds `claviger api-keys create`: makes a key for a customer and shows it this once. */
export function addApiKeysCreate(keys: Command, context: Context): void {
  const command = withServerOptions(keys.command('create'))
    .description('Make a key for a customer. The key alone is printed, and never again.')
    .requiredOption('--api <id>', 'the API that it is for')
    .requiredOption('--name <name>', 'what to recognise it by')
    .option('--scope <keys...>', 'the scopes of the API that it has (default: none)')
    .option('--user <id>', 'the user whose it is')
    .option('--organization <id>', 'the organization whose it is')
    .option('--per-minute <n>', 'how often a minute it may be used', readCount)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, options, async ({ client, place }) => {
        const answer = await client.apiKeys.create({
          apiId: options.api,
          name: options.name,
          scopes: options.scope,
          userId: options.user,
          organizationId: options.organization,
          rateLimitPerMinute: options.perMinute,
        })
        if (options.json) return printJson(context, answer)
        context.stdout.write(`${answer.secret}\n`)
        // To whoever captures the key in a variable it would be noise.
        if (context.stdout.isTty)
          context.stderr.write(`This API key of ${place} is shown this once: keep it safe.\n`)
      })
    })
  withExamples(command, [
    [
      'For a customer’s production',
      'claviger api-keys create --api 0198d1c4-… --name Production --scope read:users',
    ],
    [
      'For all members of an organization',
      'claviger api-keys create --api 0198d1c4-… --name CI --organization 0198d1c5-…',
    ],
  ])
}
