import type { Project } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printList } from '../output/list.js'
import type { Column } from '../output/table.js'
import { day } from '../output/time.js'

interface Options extends GlobalOptions {
  readonly search?: string
  readonly deleted?: true
}

const columns: readonly Column<Project>[] = [
  { title: 'SLUG', width: 24, text: ({ slug }) => slug },
  { title: 'CREATED', width: 10, text: ({ createdAt }) => day(createdAt) },
  {
    title: 'STATE',
    width: 7,
    text: ({ status, isDefault }) => (isDefault ? 'default' : status),
    colour: ({ status }) => (status === 'active' ? undefined : 'red'),
  },
  {
    title: 'WITH',
    width: 9,
    text: ({ environments }) => environments.map(({ name }) => name).join(' '),
  },
  { title: 'NAME', width: 12, text: ({ name }) => name },
]

/** Adds `claviger projects list`: the projects of the installation. */
export function addProjectsList(projects: Command, context: Context): void {
  const command = projects
    .command('list')
    .description('List projects with their environments, newest first.')
    .option('--search <text>', 'part of the name or slug')
    .option('--deleted', 'deleted ones as well')
    .action(async (_options: object, command: Command) => {
      const { search, deleted, ...options } = command.optsWithGlobals<Options>()
      await withServer(context, {}, ({ client, url }) =>
        printList(context, {
          noun: 'projects',
          first: client.projects.list({ search, includeDeleted: deleted, limit: 100 }),
          limitMax: Number.POSITIVE_INFINITY,
          isJson: options.json === true,
          columns,
          title: `${search === undefined ? '' : 'matching '}projects on ${url}`,
        }),
      )
    })
  withExamples(command, [
    ['Every project', 'claviger projects list'],
    [
      'What can be recovered',
      'claviger projects list --deleted --json | jq \'.projects[] | select(.status == "deleted")\'',
    ],
  ])
}
