import { hashSecret, isWellFormedSecret, makeSecret } from '#kernel/secret'

const prefix = 'cs_'

/** Makes a client secret, and what recognises it. */
export function makeClientSecret(): { secret: string; hash: Buffer } {
  const secret = makeSecret(prefix)
  return { secret, hash: hashSecret(secret) }
}

/** Whether a text can be a client secret at all; a typing error costs no query. */
export function isWellFormedClientSecret(text: string): boolean {
  return isWellFormedSecret(text, prefix)
}
