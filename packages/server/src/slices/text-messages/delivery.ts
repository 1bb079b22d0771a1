import type { TextMessage } from '@claviger/contract'
import { createDelivery, type Delivery, type DeliveryServices } from '#kernel/outbox'
import type { Transaction } from '#kernel/queries'
import { openBody } from './body.js'
import { presentTextMessage } from './present.js'
import { type ClaimedTextMessage, outbox } from './store.js'

/** A text message as the hook gets it. The id is the same at every try, by which a second copy is recognised. */
export interface OutgoingTextMessage {
  readonly id: string
  readonly to: string
  readonly body: string
  readonly kind: string
  readonly environmentId: string
  readonly createdAt: string
}

/** Hands text messages to whoever sends them; throws if that does not take one. */
export interface TextMessenger {
  send(message: OutgoingTextMessage): Promise<void>
}

/** What the delivery of text messages needs. */
export interface TextPost extends DeliveryServices {
  /** Undefined where no hook is configured: text messages then stay where they are. */
  readonly messenger: TextMessenger | undefined
  record(
    tx: Transaction,
    type: 'text_message.sent' | 'text_message.failed',
    data: { textMessage: TextMessage },
  ): Promise<void>
}

/** Sends text messages from their outbox. */
export function createTextMessageDelivery({ messenger, record, ...services }: TextPost): Delivery {
  return createDelivery<ClaimedTextMessage>(services, {
    claim: outbox.claim,
    send:
      messenger &&
      ((row) => {
        const { id, to_address: to, kind, environment_id: environmentId, created_at: createdAt } = row
        const body = openBody(services.seal, environmentId, id, row.content_sealed)
        return messenger.send({ id, to, body, kind, environmentId, createdAt })
      }),
    settle: outbox.settle,
    record: (tx, row, type) => record(tx, `text_message.${type}`, { textMessage: presentTextMessage(row) }),
  })
}
