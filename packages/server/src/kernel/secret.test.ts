import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalSecrets, hashSecret, isWellFormedSecret, makeSecret } from './secret.js'

const prefix = 'sk_test_'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^sk_test_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/
const anyCharacter = fc.nat(0x10ffff).map((codePoint) => String.fromCodePoint(codePoint))
/** A place in a secret behind its prefix. */
const place = fc.integer({ min: prefix.length, max: prefix.length + 48 })

test('makeSecret makes 10,000 secrets of one form, none twice, each with its checksum', () => {
  const secrets = Array.from({ length: 10_000 }, () => makeSecret(prefix))
  expect(new Set(secrets).size).toBe(secrets.length)
  expect(secrets.filter((secret) => !shape.test(secret))).toEqual([])
  expect(secrets.filter((secret) => !isWellFormedSecret(secret, prefix))).toEqual([])
})

test('makeSecret draws every character of its alphabet as often as any other', () => {
  const counts = new Map([...alphabet].map((character) => [character, 0]))
  // The first two characters of 43 carry the rest of 256 bits, so they are not evenly spread by design.
  const texts = Array.from({ length: 10_000 }, () =>
    makeSecret(prefix).slice(prefix.length + 2, prefix.length + 43),
  )
  for (const character of texts.join('')) counts.set(character, (counts.get(character) ?? 0) + 1)
  expect(counts.size).toBe(alphabet.length)
  const expected = (10_000 * 41) / alphabet.length
  const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // With 61 degrees of freedom a fair draw exceeds 150 once in a hundred million runs.
  expect(chiSquared).toBeLessThan(150)
})

test('isWellFormedSecret refuses every typo of one character', () => {
  const characters = fc.constantFrom(...alphabet, '_', ' ', 'é')
  fc.assert(
    fc.property(place, characters, (at, character) => {
      const secret = makeSecret(prefix)
      fc.pre(secret[at] !== character)
      expect(isWellFormedSecret(secret.slice(0, at) + character + secret.slice(at + 1), prefix)).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})

test('isWellFormedSecret refuses two neighbours that changed places', () => {
  fc.assert(
    fc.property(fc.integer({ min: prefix.length, max: prefix.length + 47 }), (at) => {
      const secret = makeSecret(prefix)
      fc.pre(secret[at] !== secret[at + 1])
      const swapped = `${secret.slice(0, at)}${secret[at + 1]}${secret[at]}${secret.slice(at + 2)}`
      expect(isWellFormedSecret(swapped, prefix)).toBe(false)
    }),
  )
})

test('isWellFormedSecret refuses a character that is missing or too many', () => {
  fc.assert(
    fc.property(place, (at) => {
      const secret = makeSecret(prefix)
      expect(isWellFormedSecret(secret.slice(0, at) + secret.slice(at + 1), prefix)).toBe(false)
      expect(isWellFormedSecret(`${secret.slice(0, at)}0${secret.slice(at)}`, prefix)).toBe(false)
    }),
  )
})

test('isWellFormedSecret refuses a secret under another prefix of the same length', () => {
  const secret = makeSecret('sk_test_')
  expect(isWellFormedSecret(secret, 'sk_live_')).toBe(false)
  expect(isWellFormedSecret(secret.replace('sk_test_', 'sk_live_'), 'sk_live_')).toBe(false)
})

test('isWellFormedSecret refuses any text that was not made, and throws for none', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 100 }), (text) => {
      expect(isWellFormedSecret(text, prefix)).toBe(false)
      expect(isWellFormedSecret(prefix + text, prefix)).toBe(false)
    }),
  )
})

test('hashSecret is SHA-256 over the whole text', () => {
  // The test vector of FIPS 180-4 for «abc».
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(hashSecret('abc').toString('hex')).toBe(expected)
})

test('equalSecrets agrees with a comparison of the bytes, whatever their lengths', () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(equalSecrets(a, b)).toBe(a.equals(b))
      expect(equalSecrets(a, Buffer.from(a))).toBe(true)
    }),
  )
})
