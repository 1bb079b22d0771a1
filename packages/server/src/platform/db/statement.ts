import { createHash } from 'node:crypto'
import type { Statement } from '#kernel/queries'

/** A statement written by hand, for paths where a query builder would be the larger part of the work. */
export function statement<Row>(text: string, values: readonly unknown[]): Statement<Row> {
  return { compile: () => ({ sql: text, parameters: values }) }
}

const names = new Map<string, string>()
const namesMax = 1_000

/**
 * The name under which a statement is prepared once a connection; undefined, and so not prepared, once
 * there are more texts than a connection should remember.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text)
  if (known) return known
  if (names.size >= namesMax) return undefined
  const name = `q_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  names.set(text, name)
  return name
}
