import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** The value of each digit, by its character code. */
const values: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const value = alphabet.indexOf(String.fromCharCode(code))
  return value === -1 ? undefined : value
})
const randomLength = 43
const checksumLength = 6

/** SHA-256 of a random secret: with 256 random bits there is nothing for a slow hash to protect. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** The same in hexadecimal digits, by which many are looked up at once. */
export function hashSecretToHex(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/**
 * Makes a secret: the prefix, 43 base62 characters (256 bits) and a checksum over all before it,
 * so that a typing error is refused without a query and scanners recognise a leak.
 */
export function makeSecret(prefix: string): string {
  const body = prefix + base62(randomBytes(32), randomLength)
  return body + checksum(body)
}

/** Whether a text can have come from `makeSecret(prefix)`: its form and checksum are right. */
export function isWellFormedSecret(secret: string, prefix: string): boolean {
  if (!secret.startsWith(prefix) || secret.length !== prefix.length + randomLength + checksumLength)
    return false
  return crc32(secret.slice(0, -checksumLength)) === numberOf(secret.slice(-checksumLength))
}

/** Compares without telling by its duration where the difference is. */
export function equalSecrets(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** What digits stand for; NaN where one of them is none. Every request with a key comes this way. */
function numberOf(digits: string): number {
  let number = 0
  for (let i = 0; i < digits.length; i++) number = number * 62 + (values[digits.charCodeAt(i)] ?? Number.NaN)
  return number
}

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

function base62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (let i = 0; i < length; i++) {
    text = alphabet[Number(rest % 62n)] + text
    rest /= 62n
  }
  return text
}
