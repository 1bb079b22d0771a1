import type { TextMessageKind } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { sealBody, type TextMessageData, write } from './body.js'
import { presentTextMessage } from './present.js'
import { outbox } from './store.js'

interface NewTextMessage {
  readonly to: string
  readonly kind: TextMessageKind
  readonly data: TextMessageData
}

/** Writes a text message in the transaction that it tells of: it is sent if and only if that is kept. */
export async function queueTextMessage(call: Call, tx: Transaction, message: NewTextMessage): Promise<void> {
  const row = await outbox.insert(tx, written(call, message))
  await call.record(tx, 'text_message.queued', { textMessage: presentTextMessage(row) })
}

/** Does the work of `queueTextMessage` and keeps nothing of it: a number that nobody has takes as long as any. */
export async function pretendTextMessage(
  call: Call,
  tx: Transaction,
  message: NewTextMessage,
): Promise<void> {
  await outbox.pretend(tx, written(call, message))
}

function written({ environment, seal }: Call, { to, kind, data }: NewTextMessage) {
  const id = newId()
  const body = write(kind, data, environment.projectSlug)
  return { id, kind, to, contentSealed: sealBody(seal, environment.id, id, body) }
}
