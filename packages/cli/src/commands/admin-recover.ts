import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends GlobalOptions {
  readonly email: string
}

/** Adds `claviger admin recover`: a link for an administrator who cannot sign in. */
export function addAdminRecover(admin: Command, context: Context): void {
  const command = admin
    .command('recover')
    .description('Print a link, good once and for 15 minutes, that sets the password of an administrator.')
    .requiredOption(
      '--email <address>',
      'whose; anybody’s, where nobody administers the installation any more',
    )
    .action(async (_options: object, command: Command) => {
      const { email, json } = command.optsWithGlobals<Options>()
      await withServer(context, {}, async ({ client }) => {
        const answer = await client.administrators.recover({ email })
        if (json) return printJson(context, answer)
        context.stdout.write(`${answer.url}\n`)
        if (context.stdout.isTty)
          context.stderr.write(
            'Whoever opens this link becomes the administrator. Passkeys and second factors of before go.\n',
          )
      })
    })
  withExamples(command, [['Then open what it prints', 'claviger admin recover --email ada@example.com']])
}
