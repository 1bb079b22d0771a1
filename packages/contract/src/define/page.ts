import Type, { type TSchema } from 'typebox'
import { Nullable } from './schema.js'

/** The most rows one page carries; a larger `limit` is lowered to it and echoed. */
export const pageLimitMax = 100
export const pageLimitDefault = 50

/** Beyond this row an offset would read the whole index: the cursor is the way there. */
export const pageOffsetMax = 1_000_000

/** The query of every list: newest first, by offset or by the `nextCursor` of the page before. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: `Rows a page, 1–${pageLimitMax}; ${pageLimitDefault} when absent, lowered to ${pageLimitMax}.`,
    }),
  ),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: pageOffsetMax,
      description: 'Rows to skip. Not together with `after`.',
    }),
  ),
  after: Type.Optional(
    Type.String({ maxLength: 512, description: 'The `nextCursor` of the page before this one.' }),
  ),
}

/** One page of a noun: the rows, the exact total of the filter, and the cursor of the next page. */
export function Page<N extends string, T extends TSchema>(nouns: N, schema: T) {
  return Type.Object({
    [nouns]: Type.Array(schema),
    total: Type.Integer({ description: 'How many rows the filter matches, exactly.' }),
    limit: Type.Integer({ description: 'The limit in force.' }),
    offset: Type.Integer({ description: 'The offset in force; 0 when a cursor is used.' }),
    nextCursor: Nullable(
      Type.String({ description: 'Send it as `after` for the next page; null on the last.' }),
    ),
  } as Record<N, Type.TArray<T>> & {
    total: Type.TInteger
    limit: Type.TInteger
    offset: Type.TInteger
    nextCursor: Type.TUnsafe<string | null>
  })
}
