import { errors } from '@claviger/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Failure } from '#kernel/failure'
import { banChange, checkBanEnd, checkMetadata, metadataSizeBytesMax } from './user.js'

const bucket = fc.constantFrom('publicMetadata', 'privateMetadata', 'unsafeMetadata')

/** What a check refuses for, or undefined if it does not. */
function failureOf(check: () => void) {
  try {
    check()
    return undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { code: error.definition.code, ...error.data }
  }
}

test('checkMetadata lets a bucket through exactly when its JSON is not larger than allowed', () => {
  const character = fc.constantFrom('a', 'ü', '€', '😀', '"', '\n')
  const around = fc.integer({ min: metadataSizeBytesMax - 40, max: metadataSizeBytesMax + 40 })
  fc.assert(
    fc.property(bucket, character, around, (name, filling, sizeBytes) => {
      const each = Buffer.byteLength(JSON.stringify(filling)) - 2
      const value = { a: filling.repeat(Math.floor(sizeBytes / each)) }
      const isTooLarge = Buffer.byteLength(JSON.stringify(value)) > metadataSizeBytesMax
      expect(failureOf(() => checkMetadata({ [name]: value }))).toEqual(
        isTooLarge
          ? { code: 'metadata_too_large', bucket: name, sizeBytesMax: metadataSizeBytesMax }
          : undefined,
      )
    }),
  )
})

test('checkMetadata holds each bucket to the limit by itself, and lets absent ones be', () => {
  const full = { a: 'x'.repeat(metadataSizeBytesMax - 8) }
  expect(checkMetadata({})).toBeUndefined()
  expect(checkMetadata({ publicMetadata: full, privateMetadata: full, unsafeMetadata: full })).toBeUndefined()
})

test.each([
  [{ isBanned: true }, false, 'ban'],
  [{ isBanned: true }, true, 'amend'],
  [{ isBanned: false }, true, 'unban'],
  [{ isBanned: false }, false, 'unban'],
  [{ isBanned: false, banReason: 'x' }, true, 'unban'],
  [{ isBanned: true, banReason: null }, false, 'ban'],
  [{ banReason: 'x' }, true, 'amend'],
  [{ banReason: null }, true, 'amend'],
  [{ banExpiresAt: null }, true, 'amend'],
  [{ banReason: 'x' }, false, 'none'],
  [{ banExpiresAt: '2999-01-01T00:00:00.000Z' }, false, 'none'],
  [{}, true, 'none'],
  [{}, false, 'none'],
] as const)('banChange takes %o, with a ban in force: %s, as «%s»', (patch, is_banned, expected) => {
  expect(banChange(patch, { is_banned })).toBe(expected)
})

const now = Date.parse('2026-11-22T12:00:00.000Z')

test.each([
  ['no end', null],
  ['an instant to come', '2026-11-22T12:00:00.001Z'],
  ['an instant to come in another time zone', '2026-11-22T12:30:00.001+00:30'],
])('checkBanEnd takes %s', (_, expiresAt) => {
  expect(checkBanEnd(expiresAt, '/expiresAt', now)).toBeUndefined()
})

test.each([
  ['now', '2026-11-22T12:00:00.000Z'],
  ['a millisecond ago', '2026-11-22T11:59:59.999Z'],
  ['now in another time zone', '2026-11-22T12:30:00+00:30'],
])('checkBanEnd refuses %s, and says where it stood', (_, expiresAt) => {
  expect(() => checkBanEnd(expiresAt, '/banExpiresAt', now)).toThrow(
    expect.objectContaining({
      definition: errors.invalid_request,
      problems: [{ pointer: '/banExpiresAt', code: 'not_in_future', detail: 'must be in the future' }],
    }),
  )
})
