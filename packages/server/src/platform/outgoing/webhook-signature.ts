import { createHmac } from 'node:crypto'

/**
 * The headers of a message after Standard Webhooks 1.0.0: an id that stays the same at every try, the second at
 * which it is sent, and an HMAC over both and the body, so that none of them can be replaced or replayed later.
 */
export function signWebhook(
  key: Buffer,
  { id, timeMs, body }: { readonly id: string; readonly timeMs: number; readonly body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(timeMs / 1_000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
