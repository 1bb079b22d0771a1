import { type EnvironmentSettings, errors } from '@claviger/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkPassword, hashPassword, verifyPassword } from './password.js'

type Policy = EnvironmentSettings['passwordPolicy']

const lax: Policy = { lengthMin: 8, uppercase: false, lowercase: false, digit: false, symbol: false }
const strict: Policy = { lengthMin: 8, uppercase: true, lowercase: true, digit: true, symbol: true }

test.each([
  ['of exactly the least length', 'abcdefgh', lax],
  ['of characters beyond the first plane, each counted once', '😀😀😀😀😀😀😀😀', lax],
  ['with a ligature, counted as the characters that it stands for', 'abcdeﬃ', lax],
  ['with everything that is asked for', 'Abcdef-1', strict],
  ['with letters and digits of other scripts', 'Жжжжжж-٣', strict],
  ['with a space for a symbol', 'Abcdef 1', strict],
  ['of 1,024 characters', 'Aa1-'.repeat(256), strict],
])('checkPassword takes a password %s', (_, password, policy) => {
  expect(checkPassword(password, policy)).toBeUndefined()
})

test.each([
  ['one character short', 'abcdefg', lax],
  ['of seven characters in fourteen code units', '😀😀😀😀😀😀😀', lax],
  ['of letters with accents that are typed apart, which are one character each', 'e\u0301'.repeat(7), lax],
])('checkPassword refuses a password %s as too short', (_, password, policy) => {
  expect(() => checkPassword(password, policy)).toThrow(
    expect.objectContaining({ definition: errors.password_too_short, data: { lengthMin: 8 } }),
  )
})

test.each([
  ['abcdef-1', 'an upper-case letter'],
  ['ABCDEF-1', 'a lower-case letter'],
  ['Abcdef-x', 'a digit'],
  ['Abcdefg1', 'a symbol'],
  ['abcdefgh', 'an upper-case letter, a digit, a symbol'],
  ['--------', 'an upper-case letter, a lower-case letter, a digit'],
])('checkPassword refuses %s and names everything that it lacks', (password, missing) => {
  expect(() => checkPassword(password, strict)).toThrow(
    expect.objectContaining({ definition: errors.password_too_weak, data: { missing } }),
  )
})

test('checkPassword asks for nothing that the policy does not', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), (password) => {
      expect(checkPassword(password, lax)).toBeUndefined()
    }),
  )
})

test('hashPassword makes an Argon2id hash of the cost that OWASP puts first, with a new salt', async () => {
  const hashes = await Promise.all([hashPassword('the same'), hashPassword('the same')])
  for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(hashes[0]).not.toBe(hashes[1])
})

test('verifyPassword takes the password that was hashed and no other one', async () => {
  const text = fc.string({ minLength: 1, maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(text, text, async (password, other) => {
      fc.pre(password !== other)
      const hash = await hashPassword(password)
      expect(await verifyPassword(hash, password)).toBe(true)
      expect(await verifyPassword(hash, other)).toBe(false)
    }),
    { numRuns: 8 },
  )
})

test('verifyPassword takes a password however its characters were typed', async () => {
  const composed = 'Zo\u00eb \u2460 ﬁ'
  const hash = await hashPassword(composed)
  expect(await verifyPassword(hash, composed.normalize('NFD'))).toBe(true)
  expect(await verifyPassword(hash, 'Zoe\u0308 1 fi')).toBe(true)
  expect(await verifyPassword(hash, 'Zoe 1 fi')).toBe(false)
})

test('verifyPassword reads a long password to its end', async () => {
  const hash = await hashPassword(`${'x'.repeat(1_000)}a`)
  expect(await verifyPassword(hash, `${'x'.repeat(1_000)}b`)).toBe(false)
  expect(await verifyPassword(hash, `${'x'.repeat(1_000)}a`)).toBe(true)
})

test('verifyPassword takes nothing where there is no hash, not even the password of the decoy', async () => {
  for (const guess of ['', 'the password of nobody', 'undefined']) {
    expect(await verifyPassword(undefined, guess)).toBe(false)
  }
})

test('verifyPassword works as long for nobody as for somebody', async () => {
  const hash = await hashPassword('Correct-horse-battery-9')
  await verifyPassword(undefined, 'warms up the decoy')
  // The quickest of several is the one that nothing else on the machine has held up.
  const durationOf = async (stored: string | undefined) => {
    const durations: number[] = []
    for (let i = 0; i < 5; i++) {
      const startedAt = performance.now()
      await verifyPassword(stored, 'Wrong-horse-battery-9')
      durations.push(performance.now() - startedAt)
    }
    return Math.min(...durations)
  }
  const [known, unknown] = [await durationOf(hash), await durationOf(undefined)]
  // Without the decoy the ratio is in the thousands.
  expect(unknown).toBeGreaterThan(known / 10)
})
