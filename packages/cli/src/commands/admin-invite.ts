import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findProject } from '../find-project.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'
import { printable } from '../output/printable.js'

interface Options extends GlobalOptions {
  readonly email: string
  readonly name?: string
  readonly project?: string[]
}

/** Adds `claviger admin invite`: mails somebody a link to become an administrator. */
export function addAdminInvite(admin: Command, context: Context): void {
  const command = admin
    .command('invite')
    .description('Mail somebody a link, good once and for seven days, to become an administrator.')
    .requiredOption('--email <address>', 'whom')
    .option('--name <name>', 'what the administrator is called')
    .option('--project <slugs...>', 'administers these projects only (default: the whole installation)')
    .action(async (_options: object, command: Command) => {
      const { email, name, project: slugs, json } = command.optsWithGlobals<Options>()
      await withServer(context, {}, async (connection) => {
        const projects = await Promise.all((slugs ?? []).map((slug) => findProject(connection, slug)))
        const administrator = await connection.client.administrators.create({
          email,
          ...(name !== undefined && { name }),
          ...(slugs
            ? { role: 'tenant_admin', projectIds: projects.map(({ id }) => id) }
            : { role: 'instance_admin' }),
        })
        if (json) return printJson(context, { administrator })
        context.stdout.write(
          `Invited ${printable(administrator.email)}. Without SMTP nobody is mailed: ` +
            'claviger admin recover prints a link.\n',
        )
      })
    })
  withExamples(command, [
    ['Of the whole installation', 'claviger admin invite --email grace@example.com'],
    ['Of two projects', 'claviger admin invite --email alan@example.com --project shop blog'],
  ])
}
