import type { PageRequest } from '#kernel/page'
import type { Queries } from '#kernel/queries'
import { all, countOf, olderThan, query, sql } from '#platform/db/build'

export interface EventRow {
  readonly id: string
  readonly type: string
  readonly actor_type: string
  readonly actor_id: string | null
  readonly request_id: string | null
  readonly data: Record<string, unknown>
  readonly created_at: string
}

export async function listEvents(read: Queries, filter: { readonly type?: string }, request: PageRequest) {
  const conditions = all(
    sql`e.environment_id = ${read.environmentId}`,
    filter.type !== undefined && sql`e.type = ${filter.type}`,
  )
  const [rows, { total }] = await Promise.all([
    read.many(query<EventRow>`
      select e.id, e.type, e.actor_type, e.actor_id, e.request_id, e.data, e.created_at from events e
      where ${conditions} and ${olderThan(request.after, 'e.created_at', 'e.id')}
      order by e.created_at desc, e.id desc limit ${request.limit + 1} offset ${request.offset}`),
    read.one(
      filter.type === undefined
        ? countOf(read.environmentId, 'events')
        : query<{ total: number }>`select count(*) as total from events e where ${conditions}`,
    ),
  ])
  return { rows, total }
}
