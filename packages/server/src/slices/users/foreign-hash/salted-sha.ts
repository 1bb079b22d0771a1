import { createHash } from 'node:crypto'
import { isEqual, type Scheme, UnusableHash } from './scheme.js'

const shape = /^\{SSHA(256|384|512)?\}([A-Za-z0-9+/]{1,200}={0,2})$/i
const digestBytes = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

/** `{SSHA}`, `{SSHA256}`, `{SSHA384}`, `{SSHA512}` of LDAP directories: the digest, and the salt behind it. */
export const saltedSha: Scheme = (text) => {
  const [, bits, encoded] = shape.exec(text) ?? []
  if (encoded === undefined) return undefined
  const digest = `sha${(bits ?? 1) as 1 | 256 | 384 | 512}` as const
  const bytes = Buffer.from(encoded, 'base64')
  const expected = bytes.subarray(0, digestBytes[digest])
  const salt = bytes.subarray(digestBytes[digest])
  if (salt.length === 0) throw new UnusableHash('has no salt')
  return async (password) => isEqual(createHash(digest).update(password).update(salt).digest(), expected)
}
