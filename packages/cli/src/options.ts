import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ConnectionOptions } from './connection.js'

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: true
}

export interface ServerOptions extends GlobalOptions, ConnectionOptions {}

/**
 * Adds what says on which server, and where in it, a command acts. There is no option for a key: options stay
 * in the history of the shell and in the list of processes.
 */
export function withServerOptions(command: Command): Command {
  return command
    .option('--project <slug>', 'the project to work in (default: default)')
    .addOption(
      new Option('--environment <name>', 'its environment (default: live)').choices(['live', 'test']),
    )
    .option('--url <url>', 'another server, with the key in CLAVIGER_SECRET_KEY')
}

/** Adds examples below the help of a command: a line of what it does, then the command itself. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [what: string, line: string])[],
): Command {
  const text = examples.map(([what, line]) => `  # ${what}\n  ${line}\n`).join('')
  return command.addHelpText('after', `\nExamples:\n${text.trimEnd()}`)
}

/** A whole number from 1, as commander reads an option. */
export function readCount(text: string): number {
  const n = Number(text)
  if (/^\d+$/.test(text) && n >= 1 && Number.isSafeInteger(n)) return n
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

/** Hours, as commander reads an option; how many there may be is the server's to say. */
export function readHours(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number of hours.')
}
