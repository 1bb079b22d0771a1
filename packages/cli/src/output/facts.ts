import type { Context } from '../context.js'
import { paintFor } from './paint.js'
import { printable } from './printable.js'

/** What is known of one thing, a line each. */
export type Facts = Iterable<readonly [title: string, text: string]>

const widthTitle = 16

/** Writes facts as lines of a title and a text. */
export function printFacts(context: Context, facts: Facts): void {
  const paint = paintFor(context.stdout, context.env)
  for (const [title, text] of facts) {
    context.stdout.write(`${paint(title.padEnd(widthTitle), 'dim')}  ${printable(text)}\n`)
  }
}
