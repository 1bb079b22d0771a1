import { expect, test } from 'vitest'
import { headersOf, isUnique, withUnique } from './prepare-request.js'

const create = { method: 'POST', path: '/users', body: '{"email":"{unique}@x","name":"{unique}"}' } as const

test('withUnique puts the text wherever the mark stands and leaves the template alone', () => {
  expect(isUnique(create)).toBe(true)
  const made = withUnique(create, 'n-1')
  expect(made).toEqual({ ...create, body: '{"email":"n-1@x","name":"n-1"}' })
  expect(isUnique(made)).toBe(false)
  expect(withUnique({ method: 'GET', path: '/a/{unique}' }, 'n-2')).toEqual({ method: 'GET', path: '/a/n-2' })
})

test('headersOf lets a request replace the credential, or go without it', () => {
  const credential = { authorization: 'Bearer key', origin: 'http://x' }
  const request = { method: 'GET', path: '/', headers: { authorization: 'Bearer session' } } as const
  expect(headersOf(request, credential)).toEqual({ authorization: 'Bearer session', origin: 'http://x' })
  expect(headersOf({ ...create, isAnonymous: true, headers: { a: 'b' } }, credential)).toEqual({ a: 'b' })
})
