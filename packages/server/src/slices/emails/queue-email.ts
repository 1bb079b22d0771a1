import type { EmailKind } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { sealContent } from './content.js'
import { presentEmail } from './present.js'
import * as store from './store.js'
import { type EmailData, render } from './templates.js'

/** Writes a mail in the transaction that it tells of: it is sent if and only if that is kept. */
export async function queueEmail<K extends EmailKind>(
  call: Call,
  tx: Transaction,
  email: { readonly to: string; readonly kind: K; readonly data: EmailData[K] },
): Promise<void> {
  const { to, kind, data } = email
  const id = newId()
  const content = render(kind, data, call.environment.projectSlug)
  const contentSealed = sealContent(call.seal, call.environment.id, id, content)
  const row = await store.insertEmail(tx, { id, kind, to, contentSealed })
  await call.record(tx, 'email.queued', { email: presentEmail(row) })
}
