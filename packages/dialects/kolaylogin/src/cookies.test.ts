import { describe, expect, it } from 'vitest'
import { implementations, published } from '../testing/implementations.js'
import * as ours from './index.js'

describe.each(implementations)('cookies of $name', ({ library }) => {
  it.each<[string | null | undefined, Record<string, string>]>([
    [null, {}],
    [undefined, {}],
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1; b=2;c=3', { a: '1', b: '2', c: '3' }],
    ['  a = 1 ;  b=2  ', { a: '1', b: '2' }],
    ['next=https%3A%2F%2Fexample.com%2F%C3%A9', { next: 'https://example.com/é' }],
    ['jwt=head.body=.sig==', { jwt: 'head.body=.sig==' }],
    ['a=1; junk; =nameless;  =blank; b=2', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a=1; a=2', { a: '2' }],
    [';;; ', {}],
    ['a="quoted"', { a: '"quoted"' }],
    ['__proto__=x; a=1', { a: '1' }],
  ])('parseCookieHeader reads %j', (header, cookies) => {
    expect(library.parseCookieHeader(header)).toStrictEqual(cookies)
  })

  it.each<[string | null | undefined, string | null]>([
    ['__session=abc', 'abc'],
    ['__client=aaa; __session=bbb', 'bbb'],
    ['__client=aaa', null],
    ['__session=', ''],
    ['', null],
    [null, null],
    [undefined, null],
  ])('getSessionJwtFromCookieHeader finds in %j', (header, token) => {
    expect(library.getSessionJwtFromCookieHeader(header)).toBe(token)
  })
})

describe('parseCookieHeader, where ours differs', () => {
  it('keeps a value with malformed percent-encoding, and reads the others', () => {
    const header = 'discount=100%; __session=abc; half=%E0%A4'
    expect(ours.parseCookieHeader(header)).toEqual({ discount: '100%', __session: 'abc', half: '%E0%A4' })
    expect(() => published.parseCookieHeader(header)).toThrow(URIError)
  })
})
