import type { ClaimedRow } from '#kernel/outbox'
import { outboxOf } from '#platform/db/outbox'

/** Mails wait in their own table until they are sent. */
export const outbox = outboxOf<ClaimedRow>('emails')
