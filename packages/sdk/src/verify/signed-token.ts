import type { PublicKey } from './key-set.js'
import { member } from './well-known.js'

/** How far the clocks of this machine and of the server may differ. */
export const clockToleranceSeconds = 5

export type Claims = Readonly<Record<string, unknown>>

const verifications = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
} as const

/**
 * The claims of a compact JWT (RFC 7519) of a type, if a key of the set signed it as that key signs; else undefined.
 * Of its header only `kid`, `alg`, `typ` and `crit` are read: what it says of where keys are is not looked at.
 */
export async function claimsOf(
  token: string,
  type: string,
  keyOf: (kid: string) => Promise<PublicKey | undefined>,
): Promise<Claims | undefined> {
  const [head = '', payload = '', signature = '', ...more] = token.split('.')
  const header = objectOf(head)
  const kid = header?.kid
  if (!header || more.length > 0 || typeof kid !== 'string' || header.typ !== type || 'crit' in header)
    return undefined
  const found = await keyOf(kid)
  const bytes = bytesOf(signature)
  if (!found || !bytes || header.alg !== found.algorithm) return undefined
  const input = new TextEncoder().encode(`${head}.${payload}`)
  const isSigned = await crypto.subtle.verify(verifications[found.algorithm], found.key, bytes, input)
  return isSigned ? objectOf(payload) : undefined
}

/** A claim that has to be a number. */
export function numberOf(claims: Claims, name: string): number | undefined {
  const value = member(claims, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A claim that has to be text. */
export function textOf(claims: Claims, name: string): string | undefined {
  const value = member(claims, name)
  return typeof value === 'string' ? value : undefined
}

function objectOf(part: string): Claims | undefined {
  const bytes = bytesOf(part)
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined
  } catch {
    return undefined
  }
}

/** Base64url without padding (RFC 7515 section 2). */
function bytesOf(part: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(part) || part.length % 4 === 1) return undefined
  const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
