import type pg from 'pg'
import { statementName } from './statement.js'

/** Runs one statement somewhere: on a connection of its own, or inside a transaction. */
export type Session = (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>

/** Sends a statement, prepared under a name derived from its text. */
export function runStatement(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult> {
  const name = statementName(text)
  return client.query({ text, values: [...values], ...(name ? { name } : {}) })
}

/** Sends a statement without preparing it, for connections whose server changes with every transaction. */
export function runUnprepared(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult> {
  return client.query({ text, values: [...values] })
}
