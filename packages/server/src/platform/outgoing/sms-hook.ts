import type { Clock } from '#kernel/clock'
import { Undeliverable } from '#kernel/outbox'
import type { GuardedFetch } from '#kernel/outgoing'
import { signWebhook } from './webhook-signature.js'

/** Where text messages are handed to. */
export interface SmsHookOptions {
  readonly url: string
  readonly key: Buffer
}

/** How long the hook has to answer, as Standard Webhooks recommends. */
export const smsHookTimeoutMs = 15_000

/** Hands text messages to a hook. What the hook answers is not read: it may repeat the code. */
export function createSmsHook({ url, key }: SmsHookOptions, fetch: GuardedFetch, clock: Clock) {
  return {
    async send(message: { readonly id: string }): Promise<void> {
      const body = JSON.stringify(message)
      const signed = signWebhook(key, { id: message.id, timeMs: clock.now(), body })
      const headers = { 'content-type': 'application/json', ...signed }
      const { ok, status } = await fetch(url, { method: 'POST', headers, body })
      if (ok) return
      const refused = `The hook answered ${status}.`
      const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429
      throw isFinal ? new Undeliverable(refused) : new Error(refused)
    },
  }
}
