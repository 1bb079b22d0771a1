import { expect, test } from 'vitest'
import { kindeVerify } from './verify-wire.js'

test("the id in an answer of Kinde's wire is read as our own", () => {
  const read = (id: string | null) => kindeVerify.readKeyId({ key_id: id } as never)
  expect(read('api_key_01997e5c2f6b7a319f3e0c7d6c1f2a4b')).toBe('01997e5c-2f6b-7a31-9f3e-0c7d6c1f2a4b')
  expect(read(null)).toBeUndefined()
})
