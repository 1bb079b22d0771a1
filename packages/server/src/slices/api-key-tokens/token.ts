import { type JWTPayload, SignJWT } from 'jose'
import type { Call } from '#kernel/call'
import type { currentSigner } from '#slices/signing-keys'

export type Signer = Awaited<ReturnType<typeof currentSigner>>

/** What tokens of keys say in `token_use`: by this, their type and their audience nobody takes one for another token. */
export const apiKeyUse = 'api_key'

/** Signs a JWT of a type (RFC 8725 section 3.11) for an environment, and for a time in seconds since 1970. */
export function signed(
  call: Call,
  signer: Signer,
  { type, claims, iat, exp }: { type: string; claims: JWTPayload; iat: number; exp: number },
): Promise<string> {
  return new SignJWT({ ...claims, env: call.environment.id })
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.keyId, typ: type })
    .setIssuer(call.publicUrl)
    .setIssuedAt(iat)
    .setExpirationTime(exp)
    .sign(signer.privateKey)
}
