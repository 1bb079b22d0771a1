import type { PageRequest } from '#kernel/page'
import type { Queries } from '#kernel/queries'
import { countOf, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'

export interface EventRow {
  readonly id: string
  readonly type: string
  readonly actor_type: string
  readonly actor_id: string | null
  readonly request_id: string | null
  readonly data: Record<string, unknown>
  readonly created_at: string
}

const columns = sql`id, type, actor_type, actor_id, request_id, data, created_at`

export function listEvents(read: Queries, filter: { readonly type?: string }, request: PageRequest) {
  return listPage<EventRow>(read, request, {
    columns,
    from: sql`events`,
    where: [
      sql`environment_id = ${read.environmentId}`,
      filter.type !== undefined && sql`type = ${filter.type}`,
    ],
    counted: filter.type === undefined ? countOf(read.environmentId, 'events') : undefined,
  })
}

export function listInstanceEvents(
  anywhere: Queries,
  filter: { readonly type?: string },
  request: PageRequest,
) {
  return listPage<EventRow>(anywhere, request, {
    columns,
    from: sql`instance_events`,
    where: [filter.type !== undefined && sql`type = ${filter.type}`],
  })
}

/** What a user did and what was done to it. It reads all events of the environment: who asks for it can wait. */
export function listEventsAbout(read: Queries, userId: string, request: PageRequest) {
  const told = [
    { user: { id: userId } },
    { userId },
    ...['session', 'membership', 'device', 'passkey', 'identity', 'lockout', 'apiKey'].map((noun) => ({
      [noun]: { userId },
    })),
  ]
  return listPage<EventRow>(read, request, {
    columns,
    from: sql`events`,
    where: [
      sql`environment_id = ${read.environmentId}`,
      sql`((actor_type = 'user' and actor_id = ${userId})
        or data @> any (${told.map((part) => JSON.stringify(part))}::jsonb[]))`,
    ],
  })
}
