import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findProject } from '../find-project.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'

/** Adds `claviger projects recover`: brings a deleted project back. */
export function addProjectsRecover(projects: Command, context: Context): void {
  const command = projects
    .command('recover')
    .description('Recover a deleted project with everything in it.')
    .argument('<slug>', 'which')
    .action(async (slug: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      await withServer(context, {}, async (connection) => {
        const { id } = await findProject(connection, slug)
        const project = await connection.client.projects.recover(id)
        if (options.json) return printJson(context, { project })
        context.stdout.write(`Recovered ${slug}.\n`)
      })
    })
  withExamples(command, [['By its slug', 'claviger projects recover shop']])
}
