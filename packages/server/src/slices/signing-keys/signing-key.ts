import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

export type Algorithm = 'ES256' | 'RS256'

/** How long a new key is published before it signs, so that every verifier's copy of the key set has it. */
export const publishedBeforeUseSeconds = 60 * 60
/** How long an old key stays in the set after the new one took over. */
export const overlapSeconds = 24 * 60 * 60
/** The age at which the worker replaces a key. */
export const rotationAgeDays = 30

const generate = promisify(generateKeyPair)

/** Makes a key pair: P-256 for ES256 (RFC 7518 section 3.4), 2048 bits for RS256 (section 3.3). */
export function generateSigningKey(
  algorithm: Algorithm,
): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return algorithm === 'ES256'
    ? generate('ec', { namedCurve: 'P-256' })
    : generate('rsa', { modulusLength: 2048, publicExponent: 0x10001 })
}

/** What a private key is sealed as: only for its own environment and id does it open. */
export function sealContext(environmentId: string, keyId: string): string {
  return `signing-key/${environmentId}/${keyId}`
}
