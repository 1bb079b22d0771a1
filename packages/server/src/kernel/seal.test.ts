import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeal } from './seal.js'

const seal = createSeal(randomBytes(32))
const bytes = fc.uint8Array({ maxLength: 300 })
const anyCharacter = fc.nat(0x10ffff).map((codePoint) => String.fromCodePoint(codePoint))
const nonceOf = (sealed: Buffer) => sealed.subarray(1, 13).toString('hex')

test('seal and open give back what was sealed, under any context', () => {
  fc.assert(
    fc.property(bytes, fc.string({ unit: anyCharacter }), (plain, context) => {
      expect(seal.open(seal.seal(plain, context), context)).toEqual(Buffer.from(plain))
    }),
  )
})

test('open refuses a sealing of which any one bit was flipped', () => {
  fc.assert(
    fc.property(bytes, fc.nat(), (plain, bit) => {
      const sealed = seal.seal(plain, 'secret/of/one')
      const at = bit % (sealed.length * 8)
      sealed.writeUInt8(sealed.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3)
      expect(() => seal.open(sealed, 'secret/of/one')).toThrow()
    }),
    { numRuns: 1_000 },
  )
})

test('open refuses a sealing that was moved to another context', () => {
  fc.assert(
    fc.property(bytes, fc.string(), fc.string(), (plain, context, other) => {
      fc.pre(context !== other)
      const sealed = seal.seal(plain, context)
      expect(() => seal.open(sealed, other)).toThrow()
    }),
  )
})

test('open refuses a sealing that was cut short anywhere, down to nothing', () => {
  const sealed = seal.seal(Buffer.from('the whole of it'), 'context')
  for (let length = 0; length < sealed.length; length++) {
    expect(() => seal.open(sealed.subarray(0, length), 'context')).toThrow()
  }
})

test('open refuses what another master key sealed', () => {
  const sealed = seal.seal(Buffer.from('mine'), 'context')
  expect(() => createSeal(randomBytes(32)).open(sealed, 'context')).toThrow()
})

test('open says so when a sealing is of a version that it does not know', () => {
  const sealed = seal.seal(Buffer.from('later'), 'context')
  sealed.writeUInt8(2, 0)
  expect(() => seal.open(sealed, 'context')).toThrow('Sealed by an unknown version (2) of the server.')
})

test('seal takes a new nonce every time, so that the same text never looks the same', () => {
  const sealings = Array.from({ length: 20_000 }, () => seal.seal(Buffer.from('again'), 'context'))
  expect(new Set(sealings.map(nonceOf)).size).toBe(sealings.length)
})

test('seal shows nothing of the text', () => {
  const plain = Buffer.from('a text long enough not to appear by chance')
  const sealed = seal.seal(plain, 'context')
  expect(sealed.length).toBe(1 + 12 + 16 + plain.length)
  expect(sealed.includes(plain.subarray(0, 8))).toBe(false)
})

test('fingerprint is the same for one master key, another for another, and not a part of it', () => {
  const masterKey = randomBytes(32)
  const { fingerprint } = createSeal(masterKey)
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/)
  expect(createSeal(Buffer.from(masterKey)).fingerprint).toBe(fingerprint)
  expect(createSeal(randomBytes(32)).fingerprint).not.toBe(fingerprint)
  expect(masterKey.toString('hex')).not.toContain(fingerprint)
})
