import { createCipheriv } from 'node:crypto'
import { isEqual, type Scheme } from './scheme.js'
import { deriveScrypt, limitScrypt } from './scrypt.js'

const base64 = '[A-Za-z0-9+/_-]+={0,2}'
const shape = new RegExp(
  `^\\$fbscrypt\\$v=1,n=(\\d{1,2}),r=(\\d{1,2}),p=(\\d{1,2})(?:,ss=(${base64}))?,sk=(${base64})\\$(${base64})\\$(${base64})$`,
)

/**
 * `$fbscrypt$v=1,n=14,r=8,p=1,ss=<salt separator>,sk=<signer key>$salt$hash`, as Supabase writes hashes of
 * Firebase: what scrypt derives is the key under which the signer key of the project is encrypted.
 */
export const firebaseScrypt: Scheme = (text) => {
  const [, n, r, p, separator = '', signerKey = '', salt = '', hash = ''] = shape.exec(text) ?? []
  if (n === undefined) return undefined
  const cost = { ln: Number(n), r: Number(r), p: Number(p) }
  limitScrypt(cost)
  const salted = Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(separator, 'base64')])
  return async (password) => {
    const key = (await deriveScrypt(password, salted, 64, cost)).subarray(0, 32)
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
    return isEqual(cipher.update(signerKey, 'base64'), Buffer.from(hash, 'base64'))
  }
}
