import type { Queries } from '#kernel/queries'

/** The same queries, of which `texts` tells the statements that yield one row. */
export function told(queries: Queries): { queries: Queries; texts: string[] } {
  const texts: string[] = []
  return {
    texts,
    queries: {
      ...queries,
      one(statement) {
        texts.push(statement.compile().sql)
        return queries.one(statement)
      },
    },
  }
}
