import { withoutTrailingSlashes } from './base-url.js'
import { jsonOrNull } from './json-or-null.js'
import { queryString } from './query-string.js'

/** Where a payment stands. */
export type PaymentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'canceled'
  | 'succeeded'
  | 'refunded'
  | 'partially_refunded'
  | 'disputed'

/** A payment. Amounts are in the smallest unit of the currency, times are ISO 8601. */
export type PaymentRow = {
  id: string
  environmentId: string
  stripeAccountId: string
  stripePaymentIntentId: string
  stripeChargeId: string | null
  amountCents: number
  applicationFeeCents: number
  refundedAmountCents: number
  refundedFeeCents: number
  currency: string
  customerEmail: string | null
  description: string | null
  status: PaymentStatus
  /** Fee of the platform in basis points: 100 are one per cent. */
  feeBpsApplied: number
  metadata: Record<string, unknown>
  createdAt: string
  updatedAt: string
}

/** What to charge. */
export type CreatePaymentIntentOptions = {
  /** Positive integer in the smallest unit of the currency. */
  amountCents: number
  /** ISO 4217 code, such as `eur`. */
  currency: string
  description?: string | undefined
  customerEmail?: string | undefined
  metadata?: Record<string, string> | undefined
  /** Fee of the platform for this charge in basis points, in place of the account's. */
  feeBpsOverride?: number | undefined
  /** Repeat it when you retry, so that the customer is charged once. */
  idempotencyKey?: string | undefined
}

/** A payment that waits for the customer to confirm it. */
export type CreatePaymentIntentResult = {
  paymentId: string
  intentId: string
  /** What Stripe.js needs in the browser. */
  clientSecret: string | null
  publishableKeyAccountId: string
  amountCents: number
  applicationFeeCents: number
  feeBpsApplied: number
  currency: string
  status: PaymentStatus
}

/** What to pay back. */
export type RefundOptions = {
  /** Part of the amount, in the smallest unit of the currency. Default: all of it. */
  amountCents?: number | undefined
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | undefined
}

/** Options of `PaymentsClient`. */
export type PaymentsClientOptions = {
  /** Address of the server that takes the payments, with or without trailing slashes. */
  baseUrl: string
  /** `Cookie` header of the user who pays; its `__session` is what the server recognises. */
  cookieHeader: string
  /** Function that sends every request. Default: the global `fetch` at the time of construction. */
  fetchImpl?: typeof fetch | undefined
}

/**
 * Client of KolayLogin's payments through Stripe Connect, kept so that existing code compiles and runs.
 *
 * Claviger does not serve payments: requests go to the configured base URL as they are, so give the address
 * of a server that does. Each method throws an `Error` whose message holds the status and the server's text
 * when the answer is not 2xx, and whatever `fetch` rejects with when there is none.
 */
export class PaymentsClient {
  readonly #baseUrl: string
  // Private at run time too, so that logging a client does not print the session of a user.
  readonly #cookieHeader: string
  readonly #fetch: typeof fetch

  /**
   * @param opts Where to send requests, and in whose name.
   * @throws Error if no `fetchImpl` is given and the runtime has no `fetch`.
   */
  constructor(opts: PaymentsClientOptions) {
    this.#baseUrl = withoutTrailingSlashes(opts.baseUrl)
    this.#cookieHeader = opts.cookieHeader
    this.#fetch = opts.fetchImpl ?? globalThis.fetch
    if (!this.#fetch) throw new Error('PaymentsClient: no global fetch and no fetchImpl supplied')
  }

  /**
   * Begins a payment.
   *
   * @param opts What to charge.
   * @returns The payment, with the `clientSecret` that Stripe.js needs to confirm it in the browser.
   */
  async createIntent(opts: CreatePaymentIntentOptions): Promise<CreatePaymentIntentResult> {
    return this.#request('POST', '/v1/payments/intents', opts)
  }

  /**
   * Pays a payment back.
   *
   * @param paymentId Id of the payment.
   * @param opts How much and why; all of it unless given.
   */
  async refund(
    paymentId: string,
    opts: RefundOptions = {},
  ): Promise<{ refundId: string; status: PaymentStatus; refundedAmountCents: number }> {
    return this.#request('POST', `/v1/payments/${encodeURIComponent(paymentId)}/refund`, opts)
  }

  /**
   * Lists payments page by page.
   *
   * @param opts `limit` is the number of payments wanted, `cursor` the `nextCursor` of the page before.
   * @returns One page; its `nextCursor` is null on the last.
   */
  async list(
    opts: { limit?: number | undefined; cursor?: string | null | undefined } = {},
  ): Promise<{ items: PaymentRow[]; nextCursor: string | null }> {
    const query = queryString({ limit: opts.limit || undefined, cursor: opts.cursor || undefined })
    return this.#request('GET', `/v1/payments/list${query}`)
  }

  async #request<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    // A detached reference, because some runtimes refuse a fetch that is called as a method.
    const send = this.#fetch
    const response = await send(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        cookie: this.#cookieHeader,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    const parsed = jsonOrNull(text)
    if (!response.ok) {
      const { message, error } = (parsed ?? {}) as { message?: unknown; error?: unknown }
      throw new Error(`KolayLogin payments error (${response.status}): ${message ?? error ?? text}`)
    }
    return parsed as T
  }
}
