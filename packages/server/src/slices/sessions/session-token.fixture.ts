import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { TestServer } from '@claviger/server/testing'
import { type JWTPayload, SignJWT } from 'jose'

/** A signing key with its private half, which only a test that holds the seal can have. */
export interface OpenedKey {
  readonly id: string
  readonly algorithm: 'ES256' | 'RS256'
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Opens the private halves of the keys of an environment, the newest first. */
export async function openKeys(
  { owner, seal }: TestServer,
  environmentId: string,
): Promise<[OpenedKey, ...OpenedKey[]]> {
  const { rows } = await owner.query(
    'select id, algorithm, private_key_sealed from signing_keys where environment_id = $1 order by activates_at desc',
    [environmentId],
  )
  const opened = rows.map((row): OpenedKey => {
    const key = seal.open(row.private_key_sealed, `signing-key/${environmentId}/${row.id}`)
    const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
    return { id: row.id, algorithm: row.algorithm, privateKey, publicKey: createPublicKey(privateKey) }
  })
  const [newest, ...older] = opened
  if (!newest) throw new Error('The environment has no signing key yet.')
  return [newest, ...older]
}

/** Signs claims as the server does, with a header that a test may spoil. */
export function signed(
  key: OpenedKey,
  claims: JWTPayload,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: 'JWT', ...header })
    .sign(key.privateKey)
}

/** A compact token of these parts, signed or not, for what no library would make. */
export function compact(header: object, claims: object, signature: (input: Buffer) => Uint8Array): string {
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${Buffer.from(signature(Buffer.from(input))).toString('base64url')}`
}

/** The signature of ES256 (RFC 7518 section 3.4), over whatever it is given. */
export function es256(key: KeyObject) {
  return (input: Buffer) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
}
