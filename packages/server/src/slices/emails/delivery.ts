import type { Email } from '@claviger/contract'
import { createDelivery, type Delivery, type DeliveryServices } from '#kernel/outbox'
import type { Transaction } from '#kernel/queries'
import { type Content, openContent } from './content.js'
import { presentEmail } from './present.js'
import { outbox } from './store.js'

/** A mail as it is handed in. The id is part of its Message-ID, by which a second copy is recognised. */
export interface Mail extends Content {
  readonly id: string
  readonly to: string
}

/** Hands mails to an SMTP server; throws if that does not take one. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}

/** What the delivery of mails needs. */
export interface Post extends DeliveryServices {
  /** Undefined where no SMTP server is configured: mails then stay where they are. */
  readonly mailer: Mailer | undefined
  record(tx: Transaction, type: 'email.sent' | 'email.failed', data: { email: Email }): Promise<void>
}

/** Sends mails from their outbox. */
export function createEmailDelivery({ mailer, record, ...services }: Post): Delivery {
  return createDelivery(services, {
    claim: outbox.claim,
    send:
      mailer &&
      (async (row) => {
        const content = openContent(services.seal, row.environment_id, row.id, row.content_sealed)
        await mailer.send({ ...content, id: row.id, to: row.to_address })
      }),
    settle: outbox.settle,
    record: (tx, row, type) => record(tx, `email.${type}`, { email: presentEmail(row) }),
  })
}
