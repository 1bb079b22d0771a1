import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Keeps bytes at rest so that only the master key, and only in the same context, opens them. */
export interface Seal {
  /** `context` says what the bytes are and whose; opening under another context fails. */
  seal(plain: Uint8Array, context: string): Buffer
  open(sealed: Buffer, context: string): Buffer
  /** A digest of the master key, to recognise at start that the data was sealed under another one. */
  readonly fingerprint: string
}

const version = 1
const nonceLength = 12
const tagLength = 16

/**
 * AES-256-GCM under a key derived for this use from the master key (NIST SP 800-38D), with a random
 * nonce for every sealing. The context is authenticated, so a ciphertext cannot be moved to another row.
 */
export function createSeal(masterKey: Buffer): Seal {
  const key = createHash('sha256').update('claviger/seal/1').update(masterKey).digest()
  return {
    fingerprint: createHash('sha256')
      .update('claviger/fingerprint/1')
      .update(masterKey)
      .digest('hex')
      .slice(0, 16),
    seal(plain, context) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body])
    },
    open(sealed, context) {
      if (sealed[0] !== version) throw new Error(`Sealed by an unknown version (${sealed[0]}) of the server.`)
      const nonce = sealed.subarray(1, 1 + nonceLength)
      const tag = sealed.subarray(1 + nonceLength, 1 + nonceLength + tagLength)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag)
      return Buffer.concat([decipher.update(sealed.subarray(1 + nonceLength + tagLength)), decipher.final()])
    },
  }
}
