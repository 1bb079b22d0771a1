import { Secret, TOTP } from 'otpauth'

/** In bytes: as long as what HMAC-SHA-1 makes of it (RFC 4226 section 4, requirement 6). */
const secretLength = 20

export function newTotpSecret(): Buffer {
  return Buffer.from(new Secret({ size: secretLength }).bytes)
}

/** A secret as a person types it and as a camera reads it. */
export function describeTotp(secret: Buffer, names: { issuer: string; label: string }) {
  const totp = new TOTP({ ...names, secret: secretOf(secret) })
  return { secret: totp.secret.base32, otpauthUri: totp.toString() }
}

/**
 * The step of time that a code is of, if it is of this one or of a neighbour: clocks differ, and typing takes
 * its time (RFC 6238 section 5.2). Compared in constant time.
 */
export function stepOf(secret: Buffer, code: string, nowMs: number): number | undefined {
  const delta = TOTP.validate({ secret: secretOf(secret), token: code, timestamp: nowMs, window: 1 })
  return delta === null ? undefined : TOTP.counter({ timestamp: nowMs }) + delta
}

function secretOf(bytes: Buffer): Secret {
  return new Secret({ buffer: Uint8Array.from(bytes).buffer })
}
