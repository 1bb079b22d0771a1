import { v7 } from 'uuid'

/** A new UUIDv7 (RFC 9562 section 5.7): it sorts by time, so that new rows land at the end of an index. */
export function newId(): string {
  return v7()
}

const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const prefixed = /^[a-z]{2,16}(?:_[a-z]{2,16})*_([0-9a-f]{32})$/

/**
 * Reads an id in its canonical form or in a vendor's prefixed one (`usr_` and 32 hex digits).
 * Returns the canonical form, or undefined for a text that cannot be an id of anything.
 */
export function parseId(text: string): string | undefined {
  if (canonical.test(text)) return text.toLowerCase()
  const hex = prefixed.exec(text)?.[1]
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** An id that no row has. */
const nothing = '00000000-0000-0000-0000-000000000000'

/** Reads an id that a filter or a body names. What cannot be an id is that of nothing, and matches nothing. */
export function idOrNothing(text: string): string {
  return parseId(text) ?? nothing
}
