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

const dash = 45
const lastRead = new Uint32Array(4)

/**
 * The 128 bits of an id in canonical form, in the one array that there is for that: the next id that is read replaces
 * it.
 */
export function idWords(id: string): Uint32Array {
  let at = 0
  for (let i = 0; i < 4; i++) {
    let word = 0
    for (let digits = 0; digits < 8; at++) {
      const code = id.charCodeAt(at)
      if (code === dash) continue
      // From 0 to 9 a digit has its value in the lower half of its code; those from a to f have 1 to 6 there.
      word = (word << 4) | ((code & 0xf) + (code >> 6) * 9)
      digits++
    }
    lastRead[i] = word
  }
  return lastRead
}
