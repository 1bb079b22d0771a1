import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idWords, newId, parseId } from './ids.js'

const anyCharacter = fc.nat(0x10ffff).map((codePoint) => String.fromCodePoint(codePoint))
const hexDigit = fc.constantFrom(...'0123456789abcdef')
const letters = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
  minLength: 2,
  maxLength: 16,
})
const bare = (id: string) => id.replaceAll('-', '')

test('newId makes a UUIDv7 of this millisecond', () => {
  const before = Date.now()
  const id = newId()
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const timeMs = Number.parseInt(bare(id).slice(0, 12), 16)
  expect(timeMs).toBeGreaterThanOrEqual(before)
  expect(timeMs).toBeLessThanOrEqual(Date.now())
})

test('newId makes ids that sort in the order they were made in, also within one millisecond', () => {
  const ids = Array.from({ length: 10_000 }, newId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.toSorted()).toEqual(ids)
})

test('parseId reads the canonical form in either case as the one in lower case', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(parseId(id)).toBe(id)
      expect(parseId(id.toUpperCase())).toBe(id)
    }),
  )
})

test('parseId reads the prefixed form of a vendor as the same id', () => {
  fc.assert(
    fc.property(fc.uuid(), letters, fc.option(letters), (id, prefix, second) => {
      expect(parseId(`${second === null ? prefix : `${prefix}_${second}`}_${bare(id)}`)).toBe(id)
    }),
  )
})

test('parseId reads nothing out of a text with one character too many, too few or wrong', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.constantFrom('', 'usr_'),
      fc.nat(35),
      fc.constantFrom('', 'g', ' ', '\n', '\0', '%', 'é', '00'),
      (id, prefix, at, wrong) => {
        const whole = prefix + (prefix ? bare(id) : id)
        const place = prefix.length + (at % (whole.length - prefix.length))
        expect(parseId(whole.slice(0, place) + wrong + whole.slice(place + 1))).toBeUndefined()
      },
    ),
  )
})

test('parseId reads nothing out of any text that is not an id', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(parseId(text)).toBeUndefined()
    }),
  )
})

test.each([
  ['an empty text', ''],
  ['hex digits without a prefix', 'a'.repeat(32)],
  ['a prefix without hex digits', 'usr_'],
  ['a prefix of one letter', `u_${'a'.repeat(32)}`],
  ['a prefix with digits', `us3_${'a'.repeat(32)}`],
  ['a prefix in capitals', `USR_${'a'.repeat(32)}`],
  ['a line break at the end', `${newId()}\n`],
  ['a space at the front', ` ${newId()}`],
  ['braces', `{${newId()}}`],
  ['a URN', `urn:uuid:${newId()}`],
])('parseId reads nothing out of %s', (_, text) => {
  expect(parseId(text)).toBeUndefined()
})

test('parseId takes no longer for a text made to confuse its pattern', () => {
  fc.assert(
    fc.property(fc.array(hexDigit, { minLength: 1 }), fc.nat(50_000), (digits, times) => {
      const startedAt = performance.now()
      expect(parseId(`${'ab_'.repeat(times)}${digits.join('')}!`)).toBeUndefined()
      // In one pass it takes a millisecond; trying every split of so long a text would take minutes.
      expect(performance.now() - startedAt).toBeLessThan(20_000)
    }),
    { numRuns: 20 },
  )
})

test('idWords reads all bits of an id, whatever its digits', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const words = [...idWords(id)].map((word) => word.toString(16).padStart(8, '0')).join('')
      expect(words).toBe(id.replaceAll('-', ''))
    }),
  )
})
