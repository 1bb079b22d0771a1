import { expect, test } from 'vitest'
import {
  generateSigningKey,
  overlapSeconds,
  publishedBeforeUseSeconds,
  rotationAgeDays,
  sealContext,
} from './signing-key.js'

test('generateSigningKey makes a P-256 key for ES256', async () => {
  const { publicKey, privateKey } = await generateSigningKey('ES256')
  expect(privateKey.asymmetricKeyType).toBe('ec')
  expect(publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
})

test('generateSigningKey makes a 2048-bit key for RS256', async () => {
  const { publicKey, privateKey } = await generateSigningKey('RS256')
  expect(privateKey.asymmetricKeyType).toBe('rsa')
  expect(publicKey.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65_537n })
})

test('generateSigningKey makes another key every time', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => generateSigningKey('ES256')))
  expect(new Set(keys.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)).size).toBe(5)
})

test('sealContext names the environment and the key, so that neither can be exchanged', () => {
  expect(
    new Set([sealContext('a', 'b'), sealContext('b', 'a'), sealContext('a', 'c'), sealContext('c', 'b')])
      .size,
  ).toBe(4)
})

test('keys are known an hour before they sign, and a day after', () => {
  expect([publishedBeforeUseSeconds, overlapSeconds, rotationAgeDays]).toEqual([3_600, 86_400, 30])
})
