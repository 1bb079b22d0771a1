import { scrypt as derive, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { isEqual, limit, memoryBytesMax, type Scheme } from './scheme.js'

const shape =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,5}),p=(\d{1,5})\$([A-Za-z0-9+/]+)={0,2}\$([A-Za-z0-9+/]{22,171})={0,2}$/

/** `$scrypt$ln=16,r=8,p=1$salt$hash` (RFC 7914), as passlib writes it. */
export const scrypt: Scheme = (text) => {
  const [, ln, r, p, salt = '', hash = ''] = shape.exec(text) ?? []
  if (ln === undefined) return undefined
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  limitScrypt(cost)
  const expected = Buffer.from(hash, 'base64')
  return async (password) =>
    isEqual(await deriveScrypt(password, Buffer.from(salt, 'base64'), expected.length, cost), expected)
}

export interface ScryptCost {
  /** The logarithm of N. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** Lanes run one after the other, so they cost time as blocks do. */
export function limitScrypt({ ln, r, p }: ScryptCost): void {
  limit('cost ln', ln, 20)
  limit('block size r', r, 64)
  limit('product of N, r and p', 2 ** ln * r * p, memoryBytesMax / 128)
}

const derived = promisify<string, Buffer, number, ScryptOptions, Buffer>(derive)

export function deriveScrypt(password: string, salt: Buffer, length: number, { ln, r, p }: ScryptCost) {
  const N = 2 ** ln
  return derived(password, salt, length, { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 })
}
