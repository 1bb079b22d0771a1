/** A statement with its values; a query builder is one too. `Row` is what it yields. */
export interface Statement<Row> {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[]; readonly query?: unknown }
  /** Only for the type: what one row looks like. */
  readonly row?: Row
}

type RowOf<S> = S extends { execute(): Promise<readonly (infer Row)[]> }
  ? Row
  : S extends Statement<infer Row>
    ? Row
    : never

/**
 * The database, seen from inside one environment. Every statement runs with row-level security set to
 * that environment, and names the environment itself as well: each wall stands without the other.
 */
export interface Queries {
  readonly environmentId: string
  /** Every row. */
  many<S extends Statement<unknown>>(statement: S): Promise<RowOf<S>[]>
  /** The first row, or undefined. */
  first<S extends Statement<unknown>>(statement: S): Promise<RowOf<S> | undefined>
  /** The only row; its absence is a mistake in the program. */
  one<S extends Statement<unknown>>(statement: S): Promise<RowOf<S>>
  /** How many rows were changed. */
  run(statement: Statement<unknown>): Promise<number>
}

/** Queries inside a transaction: all of them take effect together, or none does. */
export interface Transaction extends Queries {
  readonly isTransaction: true
}
