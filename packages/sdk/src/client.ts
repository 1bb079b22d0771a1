import { Resources } from './generated/resources.js'
import { type ClavigerOptions, settle } from './options.js'
import { realTiming, type Timing } from './timing.js'
import { Transport } from './transport.js'

/**
 * A client of a Claviger server: `client.<nouns>.<verb>(…)` for every operation of its API.
 *
 * It holds no connection and no state but its options, so make one and keep it. Every method rejects with
 * an `ApiError` when the server refuses, a `ConnectionError` when it is not reached, a `TimeoutError` after
 * `timeoutMs`, and an `AbortedError` when the caller's signal aborts. Attempts that failed are repeated
 * where that cannot do the work twice: reads, deletions, and writes that carry an idempotency key. A
 * deletion whose first answer was lost may therefore answer 404.
 *
 * @example
 * const client = new Claviger({ secretKey: process.env.CLAVIGER_SECRET_KEY })
 * const user = await client.users.create({ email: 'ada@example.com' })
 */
export class Claviger extends Resources {
  /**
   * @param options Where the server is and who calls it.
   * @param timing For tests: time and chance to use instead of the real ones.
   * @throws {ClavigerError} For options that contradict each other, or a secret key in a browser.
   */
  constructor(options: ClavigerOptions = {}, timing: Timing = realTiming) {
    super(new Transport(settle(options), timing))
  }
}
