import type { Context } from '../context.js'

/** Writes an answer for a program to read. */
export function printJson({ stdout }: Pick<Context, 'stdout'>, value: object): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
