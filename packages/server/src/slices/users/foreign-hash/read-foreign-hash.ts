import { argon2 } from './argon2.js'
import { bcrypt } from './bcrypt.js'
import { firebaseScrypt } from './firebase-scrypt.js'
import { pbkdf2 } from './pbkdf2.js'
import { phpass } from './phpass.js'
import { saltedSha } from './salted-sha.js'
import { UnusableHash, type Verify } from './scheme.js'
import { scrypt } from './scrypt.js'

const schemes = [bcrypt, argon2, scrypt, firebaseScrypt, pbkdf2, saltedSha, phpass]

const known =
  'is of no kind that is known: bcrypt, argon2, scrypt, $fbscrypt$, PBKDF2, {SSHA} and phpass are taken'

/** Reads a hash that another system has made; what it answers compares passwords with it. */
export function readForeignHash(text: string): Verify {
  for (const scheme of schemes) {
    const verify = scheme(text)
    if (verify) return verify
  }
  throw new UnusableHash(known)
}

/** What keeps a hash from being taken over, in the words that follow its name; undefined for nothing. */
export function hashProblem(text: string): string | undefined {
  try {
    readForeignHash(text)
    return undefined
  } catch (error) {
    if (error instanceof UnusableHash) return error.message
    throw error
  }
}
