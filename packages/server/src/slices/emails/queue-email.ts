import type { EmailKind } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import { productOf } from '#kernel/instance-environment'
import type { Transaction } from '#kernel/queries'
import { sealContent } from './content.js'
import { presentEmail } from './present.js'
import { outbox } from './store.js'
import { type EmailData, render } from './templates.js'

interface NewEmail<K extends EmailKind> {
  readonly to: string
  readonly kind: K
  readonly data: EmailData[K]
}

/** Writes a mail in the transaction that it tells of: it is sent if and only if that is kept. */
export function queueEmail<K extends EmailKind>(
  call: Call,
  tx: Transaction,
  email: NewEmail<K>,
): Promise<void> {
  return outbox.keep(tx, () => write(call, tx, email))
}

/** Does all of the work of `queueEmail` and undoes it: an address that nobody has takes as long as any. */
export function pretendEmail<K extends EmailKind>(
  call: Call,
  tx: Transaction,
  email: NewEmail<K>,
): Promise<void> {
  return outbox.undo(tx, () => write(call, tx, email))
}

async function write<K extends EmailKind>(
  call: Call,
  tx: Transaction,
  { to, kind, data }: NewEmail<K>,
): Promise<void> {
  const id = newId()
  const { environment } = call
  const content = render(kind, data, productOf(environment))
  const contentSealed = sealContent(call.seal, environment.id, id, content)
  const row = await outbox.insert(tx, { id, kind, to, contentSealed })
  await call.record(tx, 'email.queued', { email: presentEmail(row) })
}
