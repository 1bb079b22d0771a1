import { createHash } from 'node:crypto'
import type { Statement } from '#kernel/queries'

/** A statement written by hand, for paths where a query builder would be the larger part of the work. */
export function statement<Row>(text: string, values: readonly unknown[]): Statement<Row> {
  return { compile: () => ({ sql: text, parameters: values }) }
}

/** The most texts that a connection prepares: more would only grow its memory on the server. */
const namesMax = 1_000

/** Names statements by their text; undefined, and so not prepared, once there are too many texts. */
export function createStatementNames(max: number): (text: string) => string | undefined {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known) return known
    if (names.size >= max) return undefined
    const name = `q_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
    names.set(text, name)
    return name
  }
}

/** The name under which a statement is prepared, once a connection. */
export const statementName = createStatementNames(namesMax)
