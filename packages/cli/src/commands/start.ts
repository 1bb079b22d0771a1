import type { Command } from 'commander'
import type { Context } from '../context.js'
import { serverVariables } from '../data-directory.js'
import { checkNode } from '../doctor/check-node.js'
import { CommandError, exitCodes } from '../exit-codes.js'
import { type GlobalOptions, withExamples } from '../options.js'

/** Adds `claviger start`: the server in this process, until a signal ends it. */
export function addStart(program: Command, context: Context): void {
  const command = program
    .command('start')
    .description('Run the server in the foreground, as npm start does, until Ctrl-C.')
    .action(async (_options: object, command: Command) => {
      if (command.optsWithGlobals<GlobalOptions>().json) {
        const advice =
          'start prints no JSON. CLAVIGER_LOG_DESTINATION=stdout writes the log as JSON, line by line.'
        throw new CommandError(exitCodes.wrongUsage, advice)
      }
      const node = checkNode(process.versions.node)
      if (!node.ok) throw new CommandError(exitCodes.failed, node.message)
      // The server reads the variables of its process, and this is its process from here on.
      Object.assign(process.env, serverVariables(context))
      const { main } = await import('@claviger/server/main')
      await main(Math.round(performance.timeOrigin))
    })
  withExamples(command, [
    ['With a private database in .claviger, on http://localhost:8080', 'claviger start'],
    ['On a PostgreSQL of yours', 'CLAVIGER_DATABASE_URL=postgres://… claviger start'],
  ])
}
