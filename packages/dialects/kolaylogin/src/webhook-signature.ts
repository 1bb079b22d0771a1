import { createHmac, timingSafeEqual } from 'node:crypto'

/** Options of `verifyWebhookSignature`. */
export type VerifyWebhookSignatureOptions = {
  /** Signing secret of the webhook endpoint. */
  secret: string
  /** Body of the request exactly as it arrived, before any JSON parsing. */
  body: string | Uint8Array
  /** Value of the header `x-kl-webhook-signature`. */
  signature: string
  /** Value of the header `x-kl-webhook-timestamp`, in seconds since 1970. */
  timestamp: string | number
  /** How many seconds the timestamp may lie in the past or in the future. Default: 300. */
  toleranceSeconds?: number | undefined
  /** The present, in seconds since 1970. Default: the clock. */
  nowSeconds?: number | undefined
}

/** Whether a webhook is genuine; if not, the first check that failed. */
export type VerifyWebhookSignatureResult =
  | { valid: true }
  | { valid: false; reason: 'malformed_timestamp' | 'timestamp_out_of_range' | 'invalid_signature' }

/**
 * Checks that a webhook was signed with the secret, and not long ago: the signature is
 * `base64url(HMAC-SHA256(secret, '<timestamp>.<body>'))`, without padding.
 *
 * The timestamp is signed too, so a captured request can be replayed only within the tolerance.
 *
 * @param opts The secret and what arrived.
 * @returns The verdict. Malformed headers are verdicts as well: it does not throw for them.
 */
export function verifyWebhookSignature(opts: VerifyWebhookSignatureOptions): VerifyWebhookSignatureResult {
  const timestampSeconds = Number(opts.timestamp)
  if (!Number.isFinite(timestampSeconds)) return { valid: false, reason: 'malformed_timestamp' }

  const nowSeconds = opts.nowSeconds ?? Math.floor(Date.now() / 1000)
  if (Math.abs(nowSeconds - timestampSeconds) > (opts.toleranceSeconds ?? 300)) {
    return { valid: false, reason: 'timestamp_out_of_range' }
  }

  // A caller without types may pass a body that is missing or already parsed: that is a false signature, too.
  const body = opts.body instanceof Uint8Array ? opts.body : String(opts.body)
  const expected = createHmac('sha256', opts.secret)
    .update(`${timestampSeconds}.`)
    .update(body)
    .digest('base64url')
  return isSameText(expected, opts.signature)
    ? { valid: true }
    : { valid: false, reason: 'invalid_signature' }
}

/**
 * Does what `verifyWebhookSignature` does for the headers of a request, and throws if it is not genuine.
 *
 * @param req Headers with lower-case names as Node gives them, the body exactly as it arrived, the signing
 *   secret, and how many seconds the timestamp may be off (default 300).
 * @throws Error `missing_webhook_signature_headers` if one of the two headers is not there, and
 *   `invalid_webhook_signature:<reason>` if the check fails.
 */
export function assertWebhookSignature(req: {
  headers: Record<string, string | string[] | undefined>
  rawBody: string | Uint8Array
  secret: string
  toleranceSeconds?: number | undefined
}): void {
  const signature = firstOf(req.headers['x-kl-webhook-signature'])
  const timestamp = firstOf(req.headers['x-kl-webhook-timestamp'])
  if (!signature || !timestamp) throw new Error('missing_webhook_signature_headers')

  const { secret, rawBody: body, toleranceSeconds } = req
  const result = verifyWebhookSignature({ secret, body, signature, timestamp, toleranceSeconds })
  if (!result.valid) throw new Error(`invalid_webhook_signature:${result.reason}`)
}

// Compares the texts and not what they decode to: Node's decoder skips what is not base64url, so many headers
// would stand for one signature. A caller without types may pass a header that was not sent.
function isSameText(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false
  const expectedBytes = Buffer.from(expected)
  const givenBytes = Buffer.from(given)
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes)
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
