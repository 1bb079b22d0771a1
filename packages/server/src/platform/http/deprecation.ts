import type { KeyTerms } from '#kernel/principal'
import type { AnswerHeaders } from './wire.js'

/** Tells whoever still sends a deprecated key since when it is (RFC 9745), and when it ends (RFC 8594). */
export function tellDeprecation(headers: AnswerHeaders, terms: KeyTerms | undefined): void {
  if (!terms?.deprecation) return
  const { deprecatedAt, endsAt } = terms.deprecation
  headers.deprecation = `@${Math.floor(Date.parse(deprecatedAt) / 1_000)}`
  headers.sunset = new Date(endsAt).toUTCString()
}
