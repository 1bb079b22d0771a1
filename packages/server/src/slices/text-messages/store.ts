import type { ClaimedRow } from '#kernel/outbox'
import { outboxOf } from '#platform/db/outbox'

export interface ClaimedTextMessage extends ClaimedRow {
  readonly kind: string
  readonly created_at: string
}

/** Text messages wait in their own table until they are sent. */
export const outbox = outboxOf<ClaimedTextMessage>('text_messages')
