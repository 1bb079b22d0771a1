import type { Command } from 'commander'
import { CommandError, exitCodes } from './exit-codes.js'
import { printable } from './output/printable.js'

/** Adds the key that a command is about, by its id. */
export function withKeyArgument(command: Command, list = 'claviger keys list'): Command {
  return command.argument('<id>', `the id of the key, as ${list} shows it`, (id: string) => {
    // The key would travel in a URL, and into the log of whatever proxy is on the way.
    if (!/^[sp]?k_/.test(id)) return id
    throw new CommandError(exitCodes.wrongUsage, `Name the key by its id, which ${list} shows.`)
  })
}

/** What people know a key by. */
export function nameOfKey({
  prefix,
  name,
}: {
  readonly prefix: string | null
  readonly name: string
}): string {
  return prefix === null ? printable(name) : `${prefix}… (${printable(name)})`
}
