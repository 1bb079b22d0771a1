import { expect, test } from 'vitest'
import { cookieHeader, parseCookies } from './cookies.js'

test.each([
  [undefined, {}],
  ['', {}],
  ['a=1', { a: '1' }],
  ['a=1; b=2', { a: '1', b: '2' }],
  ['a=1;b=2 ;  c = 3 ', { a: '1', b: '2', c: '3' }],
  // Only the first sign separates, so that a token in base64 arrives whole.
  ['a=b=c==', { a: 'b=c==' }],
  ['a=', { a: '' }],
  ['=1; a=2', { a: '2' }],
  ['; ;a', {}],
  ['  =1', {}],
  ['a=1; a=2', { a: '1' }],
  ['a=; a=2', { a: '' }],
  // Nothing is decoded: what the server sets needs no decoding, and anything else is none of its.
  ['a=%20"b"', { a: '%20"b"' }],
])('parseCookies reads %s', (header, expected) => {
  expect({ ...parseCookies(header) }).toEqual(expected)
})

test('parseCookies knows no cookie that nobody sent, whatever its name', () => {
  const cookies = parseCookies('a=1')
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    expect(cookies[name]).toBeUndefined()
})

test('parseCookies takes names of prototypes for names', () => {
  const cookies = parseCookies('__proto__=1; constructor=2')
  expect(Object.entries(cookies)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
  expect(({} as Record<string, unknown>).constructor).toBe(Object)
})

const client = {
  name: '__client',
  value: 'a.b',
  maxAgeSeconds: 300,
  readable: false,
  sameSite: 'lax',
} as const
const session = {
  name: '__session',
  value: 'h.p.s',
  maxAgeSeconds: 60,
  readable: true,
  sameSite: 'none',
} as const

test('cookieHeader marks cookies Secure over https, where alone a cookie may go to other sites', () => {
  expect(cookieHeader(client, true)).toBe('__client=a.b; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure')
  expect(cookieHeader(session, true)).toBe('__session=h.p.s; Path=/; Max-Age=60; SameSite=None; Secure')
})

test('cookieHeader keeps cookies within the site over http', () => {
  expect(cookieHeader(client, false)).toBe('__client=a.b; Path=/; Max-Age=300; HttpOnly; SameSite=Lax')
  expect(cookieHeader(session, false)).toBe('__session=h.p.s; Path=/; Max-Age=60; SameSite=Lax')
})

test('cookieHeader names no domain, so that no sub-domain is sent the cookie', () => {
  for (const cookie of [client, session]) expect(cookieHeader(cookie, true)).not.toMatch(/domain/i)
})
