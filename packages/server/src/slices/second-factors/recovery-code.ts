import { randomBytes } from 'node:crypto'
import { hashSecret } from '#kernel/secret'

/** 32 characters, so that each byte gives one without preference; without i, l, o and u, which are misread. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const codes = 10
/** 16 characters of 5 bits: 80 bits, which nobody guesses, so a fast hash is enough. */
const length = 16

/** Makes a set of recovery codes, written in groups of four. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: codes }, () => {
    const text = [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('')
    return text.replace(/(.{4})(?=.)/g, '$1-')
  })
}

/** What is stored of a recovery code, however it was typed. */
export function hashRecoveryCode(code: string): Buffer {
  return hashSecret(code.toLowerCase().replace(/[\s-]/g, ''))
}
