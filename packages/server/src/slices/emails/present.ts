import type { Email, EmailKind, EmailMessage } from '@claviger/contract'
import type { Content } from './content.js'
import type { EmailRow } from './store.js'

export function presentEmail(row: EmailRow): Email {
  return {
    id: row.id,
    kind: row.kind as EmailKind,
    to: row.to_address,
    status: row.status,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  }
}

export function presentMessage(row: EmailRow, content: Content | undefined): EmailMessage {
  const { subject = null, text = null, html = null } = content ?? {}
  return { ...presentEmail(row), subject, text, html }
}
