import type { Email, EmailKind, EmailMessage } from '@claviger/contract'
import { type OutboxRow, presentOutboxRow } from '#kernel/outbox'
import type { Content } from './content.js'

export function presentEmail(row: OutboxRow): Email {
  return { ...presentOutboxRow(row), kind: row.kind as EmailKind }
}

export function presentMessage(row: OutboxRow, content: Content | undefined): EmailMessage {
  const { subject = null, text = null, html = null } = content ?? {}
  return { ...presentEmail(row), subject, text, html }
}
