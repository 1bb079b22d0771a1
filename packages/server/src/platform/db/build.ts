import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { Position } from '#kernel/page'
import type { Statement } from '#kernel/queries'
import type { DB } from './tables.generated.js'

export { type RawBuilder, sql }

/**
 * Builds statements and runs none: `tx.one(build.insertInto('users')…)`. What a statement runs on, and
 * in which environment, is decided by the queries that a handler passes to its store.
 */
export const build = new Kysely<DB>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** A statement written as SQL, its values and fragments in place: ``query<Row>`select … where id = ${id}` ``. */
export function query<Row>(parts: TemplateStringsArray, ...values: unknown[]): Statement<Row> {
  const raw: RawBuilder<Row> = sql<Row>(parts, ...values)
  return { compile: () => raw.compile(build) }
}

/** How many rows of a noun the environment has, kept by triggers: exact, and as cheap at a million. */
export function countOf(environmentId: string, noun: string): RawBuilder<number> {
  return sql<number>`(select coalesce(sum(n), 0)::bigint from counts
    where environment_id = ${environmentId} and noun = ${noun})`
}

/** The condition that a row comes after a position in a list that is newest first. */
export function olderThan(after: Position | undefined, createdAt: string, id: string): RawBuilder<boolean> {
  if (!after) return sql<boolean>`true`
  return sql<boolean>`(${sql.ref(createdAt)}, ${sql.ref(id)}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`
}

/** The pattern by which `like` finds a text anywhere; what is a wildcard elsewhere is an ordinary character of it. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

/** All of these conditions; those that were not asked for are undefined. */
export function all(
  ...conditions: readonly (RawBuilder<unknown> | undefined | false)[]
): RawBuilder<boolean> {
  const asked = conditions.filter((condition) => condition !== undefined && condition !== false)
  return asked.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(asked, sql` and `)}`
}
