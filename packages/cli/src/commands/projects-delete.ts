import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findProject } from '../find-project.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'

/** Adds `claviger projects delete`: ends every way into a project, and keeps what is in it. */
export function addProjectsDelete(projects: Command, context: Context): void {
  const command = projects
    .command('delete')
    .description('Delete a project: keys and sessions are refused at once. It can be recovered.')
    .argument('<slug>', 'which')
    .action(async (slug: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      await withServer(context, {}, async (connection) => {
        const { id } = await findProject(connection, slug)
        const project = await connection.client.projects.delete(id)
        if (options.json) return printJson(context, { project })
        context.stdout.write(
          `Deleted ${slug}. Until it is purged, claviger projects recover brings it back.\n`,
        )
      })
    })
  withExamples(command, [['By its slug', 'claviger projects delete shop']])
}
