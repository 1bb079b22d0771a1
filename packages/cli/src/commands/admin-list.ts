import type { Administrator } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printList } from '../output/list.js'
import type { Column } from '../output/table.js'

interface Options extends GlobalOptions {
  readonly search?: string
}

const columns: readonly Column<Administrator>[] = [
  { title: 'EMAIL', width: 28, text: ({ email }) => email },
  { title: 'ROLE', width: 14, text: ({ role }) => role },
  { title: 'STATE', width: 7, text: ({ status }) => status },
  {
    title: 'PROJECTS',
    width: 8,
    text: ({ role, projectIds }) => (role === 'instance_admin' ? 'all' : String(projectIds.length)),
  },
  { title: 'NAME', width: 12, text: ({ name }) => name ?? '' },
]

/** Adds `claviger admin list`: who administers the installation. */
export function addAdminList(admin: Command, context: Context): void {
  const command = admin
    .command('list')
    .description('List administrators and who is invited to be one, newest first.')
    .option('--search <text>', 'part of the address or name')
    .action(async (_options: object, command: Command) => {
      const { search, json } = command.optsWithGlobals<Options>()
      await withServer(context, {}, ({ client, url }) =>
        printList(context, {
          noun: 'administrators',
          first: client.administrators.list({ search, limit: 100 }),
          limitMax: Number.POSITIVE_INFINITY,
          isJson: json === true,
          columns,
          title: `${search === undefined ? '' : 'matching '}administrators of ${url}`,
        }),
      )
    })
  withExamples(command, [['Every administrator', 'claviger admin list']])
}
