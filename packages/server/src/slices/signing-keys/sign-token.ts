import { type JWTPayload, SignJWT } from 'jose'
import type { Call } from '#kernel/call'
import { currentSigner } from './keys.js'

/** Signs a token (RFC 7519) of this type with the current key of the environment. */
export async function signToken(
  call: Call,
  typ: string,
  claims: JWTPayload,
  lifetimeSeconds: number,
): Promise<{ token: string; expiresAtMs: number }> {
  const signer = await currentSigner(call)
  const issuedAt = Math.floor(call.clock.now() / 1_000)
  const expiresAt = issuedAt + lifetimeSeconds
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.keyId, typ })
    .setIssuer(call.publicUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signer.privateKey)
  return { token, expiresAtMs: expiresAt * 1_000 }
}
