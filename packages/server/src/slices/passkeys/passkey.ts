import type { NewPasskeyCredential, Passkey, PasskeyCredential } from '@claviger/contract'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from '@simplewebauthn/server/helpers'
import type { RelyingParty } from './relying-party.js'

/** More than a person has devices. */
export const passkeysMax = 50

/** ES256, EdDSA and RS256 (RFC 9053, RFC 8812): every authenticator has one of them. */
export const algorithms = [-7, -8, -257]

/** What an authenticator proved when it made a passkey. */
export interface VerifiedPasskey {
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
  readonly aaguid: string
  readonly deviceType: Passkey['deviceType']
  readonly backedUp: boolean
}

/** What an authenticator proved when it used one. */
export interface SignedPasskey {
  readonly signCount: number
  readonly backedUp: boolean
}

/** The user as authenticators keep it: 16 bytes that name nobody to whom else reads them (section 14.6.1). */
export function userHandle(userId: string): string {
  return Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
}

/** The challenge that a browser says it answers; undefined for what no browser wrote. */
export function challengeOf(credential: NewPasskeyCredential | PasskeyCredential): string | undefined {
  const challenge = clientDataOf(credential)?.challenge
  return typeof challenge === 'string' ? challenge : undefined
}

/** Verifies a new passkey (section 7.1) whose challenge was good; undefined for one that is not in order. */
export async function verifyNewPasskey(
  party: RelyingParty,
  credential: NewPasskeyCredential,
): Promise<VerifiedPasskey | undefined> {
  const expected = expectationOf(party, credential)
  if (!expected || !isUncertified(credential)) return undefined
  const verified = await verifyRegistrationResponse({
    ...expected,
    response: { ...credential, response: attestationOf(credential), clientExtensionResults: {} },
    supportedAlgorithmIDs: algorithms,
  }).catch(() => undefined)
  if (!verified?.verified) return undefined
  const { credential: made, aaguid, credentialDeviceType, credentialBackedUp } = verified.registrationInfo
  return {
    credentialId: Buffer.from(made.id, 'base64url'),
    publicKey: Buffer.from(made.publicKey),
    signCount: made.counter,
    transports: credential.response.transports ?? [],
    aaguid,
    deviceType: credentialDeviceType,
    backedUp: credentialBackedUp,
  }
}

/** Verifies the use of a passkey (section 7.2) whose challenge was good; its count is for the caller to compare. */
export async function verifyPasskey(
  party: RelyingParty,
  credential: PasskeyCredential,
  known: { readonly userId: string; readonly publicKey: Buffer },
): Promise<SignedPasskey | undefined> {
  const expected = expectationOf(party, credential)
  const { userHandle: handle, ...response } = credential.response
  if (!expected || handle !== userHandle(known.userId)) return undefined
  const verified = await verifyAuthenticationResponse({
    ...expected,
    response: { ...credential, response, clientExtensionResults: {} },
    // The library compares counts before it looks at the signature, and a forgery must not look like a copy.
    credential: { id: credential.id, publicKey: new Uint8Array(known.publicKey), counter: 0 },
  }).catch(() => undefined)
  if (!verified?.verified) return undefined
  const { newCounter, credentialBackedUp } = verified.authenticationInfo
  return { signCount: newCounter, backedUp: credentialBackedUp }
}

/** What has to be so in every answer; undefined for an answer from a page that may not ask. */
function expectationOf(party: RelyingParty, credential: NewPasskeyCredential | PasskeyCredential) {
  const client = clientDataOf(credential)
  // Inside a frame of another site a person cannot see who asks.
  if (!client || client.crossOrigin || !party.accepts(client.origin)) return undefined
  return {
    expectedChallenge: client.challenge,
    expectedOrigin: client.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }
}

function clientDataOf({ response }: NewPasskeyCredential | PasskeyCredential) {
  try {
    const client = decodeClientDataJSON(response.clientDataJSON)
    return typeof client?.origin === 'string' ? client : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether an attestation has no certificates, as browsers leave it where none was asked for. Certificates would
 * say where their revocation lists are, and this server would ask there.
 */
function isUncertified({ response }: NewPasskeyCredential): boolean {
  try {
    const object = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject))
    const format = object.get('fmt')
    return format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined)
  } catch {
    return false
  }
}

function attestationOf({ response: { clientDataJSON, attestationObject } }: NewPasskeyCredential) {
  return { clientDataJSON, attestationObject }
}
