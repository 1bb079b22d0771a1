import { expect, test } from 'vitest'
import { makeSecret } from '#kernel/secret'
import { isOfKind, isWellFormedKey, keyPrefix, shownPrefixLength } from './secret-key.js'

test.each([
  ['secret', 'live', 'sk_live_'],
  ['secret', 'test', 'sk_test_'],
  ['publishable', 'live', 'pk_live_'],
  ['publishable', 'test', 'pk_test_'],
] as const)('keyPrefix of a %s key of a %s environment is %s', (kind, environmentName, prefix) => {
  expect(keyPrefix(kind, environmentName)).toBe(prefix)
})

test.each(['sk_live_', 'sk_test_', 'pk_live_', 'pk_test_'])(
  'isWellFormedKey knows a key with %s',
  (prefix) => {
    expect(isWellFormedKey(makeSecret(prefix))).toBe(true)
  },
)

test.each(['live', 'test'] as const)('isOfKind tells the kinds of %s keys apart', (environmentName) => {
  const [secret, publishable] = [
    makeSecret(keyPrefix('secret', environmentName)),
    makeSecret(keyPrefix('publishable', environmentName)),
  ]
  expect(isOfKind(secret, 'secret')).toBe(true)
  expect(isOfKind(publishable, 'publishable')).toBe(true)
  expect(isOfKind(secret, 'publishable')).toBe(false)
  expect(isOfKind(publishable, 'secret')).toBe(false)
})

test('isWellFormedKey refuses a key that was turned from test into live', () => {
  expect(isWellFormedKey(makeSecret('sk_test_').replace('test', 'live'))).toBe(false)
})

test.each(['', 'sk_', 'sk_other_', 'op_', 'SK_TEST_'])(
  'isWellFormedKey refuses a secret that begins with «%s»',
  (prefix) => {
    expect(isWellFormedKey(makeSecret(prefix))).toBe(false)
  },
)

test('isWellFormedKey refuses a prefix with nothing behind it', () => {
  expect(isWellFormedKey('sk_test_')).toBe(false)
})

test('what is shown of a key gives at most eight of its 43 random characters away', () => {
  expect(shownPrefixLength - keyPrefix('secret', 'live').length).toBe(8)
})
