import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { findProject } from '../find-project.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends GlobalOptions {
  readonly confirm: string
}

/** Adds `claviger projects purge`: removes a project for good. */
export function addProjectsPurge(projects: Command, context: Context): void {
  const command = projects
    .command('purge')
    .description('Remove a project and everything in it for good. Nothing brings it back.')
    .argument('<slug>', 'which')
    .requiredOption('--confirm <slug>', 'the slug once more')
    .action(async (slug: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, {}, async (connection) => {
        const { id } = await findProject(connection, slug)
        const project = await connection.client.projects.purge(id, { confirm: options.confirm })
        if (options.json) return printJson(context, { project })
        context.stdout.write(`${slug} is gone for callers; the worker removes its data.\n`)
      })
    })
  withExamples(command, [
    ['Both times by its slug', 'claviger projects purge shop --confirm shop'],
    ['How far it is', "claviger projects list --deleted --search shop --json | jq '.projects[].purge'"],
  ])
}
