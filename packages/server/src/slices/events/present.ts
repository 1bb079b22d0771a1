import type { Event } from '@claviger/contract'
import type { EventRow } from './store.js'

export function presentEvent(row: EventRow): Event {
  return {
    id: row.id,
    type: row.type,
    actor: { type: row.actor_type as Event['actor']['type'], id: row.actor_id },
    requestId: row.request_id,
    data: row.data,
    createdAt: row.created_at,
  }
}
