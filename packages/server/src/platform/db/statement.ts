import { createHash } from 'node:crypto'
import type { Statement } from '#kernel/queries'

/** A statement written by hand, for paths where a query builder would be the larger part of the work. */
export function statement<Row>(text: string, values: readonly unknown[]): Statement<Row> {
  return { compile: () => ({ sql: text, parameters: values }) }
}

/**
 * An array as a parameter, of texts that hold nothing to be quoted, such as ids, numbers and instants. A driver looks
 * at every character of every element, which is most of what a statement about hundreds of rows costs.
 */
export function plainArray(texts: readonly (string | number)[]): string {
  return `{${texts.join()}}`
}

/** An array of `bytea` as a parameter, from hexadecimal digits. */
export function byteaArray(hexes: readonly string[]): string {
  return `{${hexes.map((hex) => `"\\\\x${hex}"`).join()}}`
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
