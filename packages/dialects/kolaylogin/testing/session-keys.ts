import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** A key pair of a server: what it publishes, and how it signs. */
export type SessionKey = {
  publicJwk: JWK
  sign(claims: JWTPayload, lifetimeSeconds?: number): Promise<string>
}

/** Makes a key as the server has it: ES256 is Claviger's, RS256 is KolayLogin's. */
export async function sessionKey(alg: 'ES256' | 'RS256' | 'PS256', kid: string): Promise<SessionKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  return {
    publicJwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' },
    sign(claims, lifetimeSeconds = 60) {
      const nowSeconds = Math.floor(Date.now() / 1000)
      return new SignJWT(claims)
        .setProtectedHeader({ alg, kid })
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + lifetimeSeconds)
        .sign(privateKey)
    },
  }
}
