import pg from 'pg'
import { statementName } from './statement.js'

/** Runs one statement somewhere: on a connection of its own, or inside a transaction. */
export type Session = (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>

/** Sends a statement, prepared under a name derived from its text. */
export function runStatement(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult> {
  return send(client, text, values, statementName(text))
}

/** Sends a statement without preparing it, for connections whose server changes with every transaction. */
export function runUnprepared(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult> {
  return send(client, text, values, undefined)
}

/** A query of the driver, which its types do not tell all of. */
interface Sent extends pg.Query {
  name: string | undefined
  callback: (error: Error | null, result: pg.QueryResult) => void
}

/**
 * Hands the driver a query that is made already. From a description it would make a copy first, property by property,
 * which takes longer than the rest of what it does to send one.
 */
function send(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
  name: string | undefined,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, [...values]) as Sent
    query.name = name
    query.callback = (error, result) => (error ? reject(error) : resolve(result))
    client.query(query)
  })
}
