import { createHash } from 'node:crypto'
import { isEqual, limit, type Scheme } from './scheme.js'

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^\$[PH]\$([./A-Za-z0-9])([./A-Za-z0-9]{8})([./A-Za-z0-9]{22})$/

/** `$P$B…` and `$H$9…`, the portable hashes of phpass that WordPress and phpBB kept. */
export const phpass: Scheme = (text) => {
  const [, cost = '', salt = '', hash] = shape.exec(text) ?? []
  if (hash === undefined) return undefined
  const rounds = 2 ** letters.indexOf(cost)
  // They run on the thread that answers everybody: 2^15 take about 50 ms.
  limit('number of rounds', rounds, 2 ** 15)
  return async (password) => {
    let digest = createHash('md5').update(salt).update(password).digest()
    for (let i = 0; i < rounds; i++) digest = createHash('md5').update(digest).update(password).digest()
    return isEqual(Buffer.from(encode(digest)), Buffer.from(hash))
  }
}

/** Six bits a letter, three bytes at a time, the least significant first. */
function encode(bytes: Buffer): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(3, bytes.length - i)
    let bits = bytes.readUIntLE(i, left)
    for (let n = 0; n <= left; n++, bits >>>= 6) text += letters[bits & 63]
  }
  return text
}
