import type { EmailKind } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { sealContent } from './content.js'
import { presentEmail } from './present.js'
import { outbox } from './store.js'
import { type EmailData, render } from './templates.js'

/** Writes a mail in the transaction that it tells of: it is sent if and only if that is kept. */
export async function queueEmail<K extends EmailKind>(
  call: Call,
  tx: Transaction,
  email: { readonly to: string; readonly kind: K; readonly data: EmailData[K] },
): Promise<void> {
  const row = await outbox.insert(tx, written(call, email))
  await call.record(tx, 'email.queued', { email: presentEmail(row) })
}

/** Does the work of `queueEmail` and keeps nothing of it: an address that nobody has takes as long as any. */
export async function pretendEmail<K extends EmailKind>(
  call: Call,
  tx: Transaction,
  email: { readonly to: string; readonly kind: K; readonly data: EmailData[K] },
): Promise<void> {
  await outbox.pretend(tx, written(call, email))
}

function written<K extends EmailKind>(
  call: Call,
  { to, kind, data }: { readonly to: string; readonly kind: K; readonly data: EmailData[K] },
) {
  const id = newId()
  const content = render(kind, data, call.environment.projectSlug)
  return { id, kind, to, contentSealed: sealContent(call.seal, call.environment.id, id, content) }
}
