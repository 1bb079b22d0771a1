import type { TextMessage, TextMessageKind } from '@claviger/contract'
import { type OutboxRow, presentOutboxRow } from '#kernel/outbox'

export function presentTextMessage(row: OutboxRow): TextMessage {
  return { ...presentOutboxRow(row), kind: row.kind as TextMessageKind }
}
