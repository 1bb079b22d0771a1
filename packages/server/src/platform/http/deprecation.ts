import type { KeyTerms } from '#kernel/principal'

/** Tells whoever still sends a deprecated key since when it is (RFC 9745), and when it ends (RFC 8594). */
export function deprecationHeaders(terms: KeyTerms | undefined): Record<string, string> {
  if (!terms?.deprecation) return {}
  const { deprecatedAt, endsAt } = terms.deprecation
  return {
    deprecation: `@${Math.floor(Date.parse(deprecatedAt) / 1_000)}`,
    sunset: new Date(endsAt).toUTCString(),
  }
}
