import { createCipheriv, createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto'
import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'

/** Hashes as other systems make them, at the lowest costs: they are to be many, not strong. */
export const foreignHashes: Readonly<Record<string, (password: string) => string | Promise<string>>> = {
  bcrypt: (password) => bcrypt(password, { cost: 4 }),
  argon2: (password) => argon2(password, { memoryCost: 64, timeCost: 1, parallelism: 1 }),
  scrypt(password) {
    const salt = randomBytes(16)
    return `$scrypt$ln=6,r=8,p=1$${base64(salt)}$${base64(scryptSync(password, salt, 32, { N: 2 ** 6 }))}`
  },
  firebase(password) {
    const [salt, separator, signerKey] = [randomBytes(10), randomBytes(1), randomBytes(64)]
    const key = scryptSync(password, Buffer.concat([salt, separator]), 64, { N: 2 ** 6 }).subarray(0, 32)
    const hash = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(signerKey)
    const [ss, sk, s, h] = [separator, signerKey, salt, hash].map((bytes) => bytes.toString('base64'))
    return `$fbscrypt$v=1,n=6,r=8,p=1,ss=${ss},sk=${sk}$${s}$${h}`
  },
  pbkdf2(password) {
    const salt = randomBytes(8).toString('hex')
    return `pbkdf2_sha256$100$${salt}$${pbkdf2Sync(password, salt, 100, 32, 'sha256').toString('base64')}`
  },
  ssha(password) {
    const salt = randomBytes(8)
    const digest = createHash('sha1').update(password).update(salt).digest()
    return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`
  },
  phpass(password) {
    const salt = randomBytes(4).toString('hex')
    let digest = createHash('md5').update(salt).update(password).digest()
    for (let i = 0; i < 2 ** 7; i++) digest = createHash('md5').update(digest).update(password).digest()
    return `$P$5${salt}${phpassLetters(digest)}`
  },
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

/** Six bits a letter, the least significant first. */
function phpassLetters(digest: Buffer): string {
  const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const groups = Array.from({ length: 6 }, (_, i) => digest.subarray(3 * i, 3 * i + 3))
  return groups
    .map((group) => {
      const bits = group.readUIntLE(0, group.length)
      return Array.from({ length: group.length + 1 }, (_, n) => letters[(bits >>> (6 * n)) & 63]).join('')
    })
    .join('')
}
