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
export function queueTextMessage(call: Call, tx: Transaction, message: NewTextMessage): Promise<void> {
  return outbox.keep(tx, () => put(call, tx, message))
}

/** Does all of the work of `queueTextMessage` and undoes it: a number that nobody has takes as long as any. */
export function pretendTextMessage(call: Call, tx: Transaction, message: NewTextMessage): Promise<void> {
  return outbox.undo(tx, () => put(call, tx, message))
}

async function put(call: Call, tx: Transaction, { to, kind, data }: NewTextMessage): Promise<void> {
  const { environment, seal } = call
  const id = newId()
  const contentSealed = sealBody(seal, environment.id, id, write(kind, data, environment.projectSlug))
  const row = await outbox.insert(tx, { id, kind, to, contentSealed })
  await call.record(tx, 'text_message.queued', { textMessage: presentTextMessage(row) })
}
