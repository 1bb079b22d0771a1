import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { NewPasskeyCredential, PasskeyCredential } from '@claviger/contract'
import type { Browser } from '@claviger/server/testing'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What a test may spoil of an answer. */
export interface Spoiled {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly signCount?: number
  readonly userVerified?: boolean
  readonly userHandle?: string
  readonly forged?: boolean
  readonly format?: string
}

/** An authenticator with one P-256 key pair, in a browser on the page of an origin. */
export interface Authenticator {
  create(
    options: { challenge: string; rp: { id: string }; user: { id: string } },
    spoiled?: Spoiled,
  ): NewPasskeyCredential
  get(options: { challenge: string; rpId: string }, spoiled?: Spoiled): PasskeyCredential
}

export const pageOrigin = 'http://claviger.test'

export function createAuthenticator({ counts = true } = {}): Authenticator {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  let signCount = 0
  let userHandle = ''

  function answer(type: string, challenge: string, rpId: string, spoiled: Spoiled) {
    if (counts) signCount += 1
    const flags = 0x01 | (spoiled.userVerified === false ? 0 : 0x04) | (type === 'webauthn.create' ? 0x40 : 0)
    const clientData = {
      type: spoiled.type ?? type,
      challenge: spoiled.challenge ?? challenge,
      origin: spoiled.origin ?? pageOrigin,
      crossOrigin: spoiled.crossOrigin ?? false,
    }
    const counted = Buffer.alloc(4)
    counted.writeUInt32BE(spoiled.signCount ?? signCount)
    return {
      clientData: Buffer.from(JSON.stringify(clientData)),
      authenticatorData: Buffer.concat([sha256(spoiled.rpId ?? rpId), Buffer.from([flags]), counted]),
    }
  }

  return {
    create({ challenge, rp, user }, spoiled = {}) {
      userHandle = user.id
      const { clientData, authenticatorData } = answer('webauthn.create', challenge, rp.id, spoiled)
      const { x, y } = keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string }
      // COSE_Key (RFC 9053 section 7.1.1): EC2, ES256, P-256.
      const publicKey = isoCBOR.encode(
        new Map<number, number | Uint8Array>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(Buffer.from(x, 'base64url'))],
          [-3, bytes(Buffer.from(y, 'base64url'))],
        ]),
      )
      const idLength = Buffer.alloc(2)
      idLength.writeUInt16BE(credentialId.length)
      const authData = Buffer.concat([
        authenticatorData,
        Buffer.alloc(16),
        idLength,
        credentialId,
        Buffer.from(publicKey),
      ])
      const attestation = isoCBOR.encode(
        new Map<string, string | Uint8Array | Map<string, string>>([
          ['fmt', spoiled.format ?? 'none'],
          ['attStmt', new Map<string, string>()],
          ['authData', bytes(authData)],
        ]),
      )
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData.toString('base64url'),
          attestationObject: Buffer.from(attestation).toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    get({ challenge, rpId }, spoiled = {}) {
      const { clientData, authenticatorData } = answer('webauthn.get', challenge, rpId, spoiled)
      const signed = Buffer.concat([authenticatorData, sha256(clientData)])
      const signature = sign('sha256', spoiled.forged ? sha256(signed) : signed, keys.privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: spoiled.userHandle ?? userHandle,
        },
      }
    },
  }
}

const register = '/v1/auth/me/passkeys/register'
const authenticate = '/v1/auth/passkeys/authenticate'

export const beginRegistration = async (person: Browser) =>
  (await person.post(`${register}/begin`)).body.options
export const completeRegistration = (person: Browser, credential: object, name?: string) =>
  person.post(`${register}/complete`, { credential, ...(name && { name }) })
export const beginSignIn = async (browser: Browser) =>
  (await browser.post(`${authenticate}/begin`)).body.options
export const completeSignIn = (browser: Browser, credential: object) =>
  browser.post(`${authenticate}/complete`, { credential })

/** Registers a new passkey of someone who is signed in. */
export async function registered(person: Browser, options: { counts?: boolean } = {}) {
  const authenticator = createAuthenticator(options)
  const credential = authenticator.create(await beginRegistration(person))
  const { status, body } = await completeRegistration(person, credential)
  if (status !== 201) throw new Error(`The registration failed: ${JSON.stringify(body)}`)
  return { authenticator, passkey: body.passkey as { id: string } }
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer)
}
