import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'

interface Options extends GlobalOptions {
  readonly name?: string
}

/** Adds `claviger projects create`: a project with both environments. */
export function addProjectsCreate(projects: Command, context: Context): void {
  const command = projects
    .command('create')
    .description('Create a project, with a live and a test environment.')
    .argument('<slug>', 'what it is called in commands and addresses; it never changes')
    .option('--name <name>', 'what people call it (default: the slug)')
    .action(async (slug: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await withServer(context, {}, async ({ client }) => {
        const project = await client.projects.create({ slug, name: options.name ?? slug })
        if (options.json) return printJson(context, { project })
        const places = project.environments.map(({ name }) => `${project.slug}/${name}`)
        context.stdout.write(`Created ${places.join(' and ')}.\n`)
      })
    })
  withExamples(command, [
    ['A project', 'claviger projects create shop --name "The shop"'],
    ['Then a key to try things with', 'claviger keys create --project shop --environment test'],
  ])
}
