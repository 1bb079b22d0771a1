import Type, { type Static, type TProperties } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const PasskeyName = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'What its user calls it.',
})

export const Passkey = Resource('Passkey', 'A key pair of a user, whose private half stays on a device.', {
  id: Id,
  userId: Id,
  name: PasskeyName,
  aaguid: Type.String({
    format: 'uuid',
    description: 'The model of the authenticator, if it tells; else zeros.',
  }),
  deviceType: OneOf(['singleDevice', 'multiDevice'], {
    description: '`multiDevice` may be synchronised between the devices of a person.',
  }),
  backedUp: Type.Boolean({ description: 'Whether there is a copy elsewhere, as of the last use.' }),
  transports: Type.Array(Type.String(), { description: 'How a browser reaches the authenticator.' }),
  createdAt: Timestamp,
  lastUsedAt: Nullable(Timestamp),
})
export type Passkey = Static<typeof Passkey>

const base64url = (maxLength: number) => Type.String({ maxLength, pattern: '^[A-Za-z0-9_-]+$' })

const Descriptor = Type.Object({
  id: Type.String(),
  type: Type.Literal('public-key'),
  transports: Type.Optional(Type.Array(Type.String())),
})

/** WebAuthn Level 3 section 5.4, as `PublicKeyCredential.parseCreationOptionsFromJSON()` takes it. */
export const PasskeyCreationOptions = Resource('PasskeyCreationOptions', 'How a browser makes a passkey.', {
  challenge: Type.String({ description: 'Good for one answer within five minutes.' }),
  rp: Type.Object({ id: Type.String(), name: Type.String() }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(
    Type.Object({ type: Type.Literal('public-key'), alg: Type.Integer({ examples: [-7] }) }),
  ),
  timeout: Type.Integer({ description: 'In milliseconds.' }),
  attestation: Type.Literal('none'),
  excludeCredentials: Type.Array(Descriptor),
  authenticatorSelection: Type.Object({
    residentKey: Type.Literal('required'),
    requireResidentKey: Type.Literal(true),
    userVerification: Type.Literal('required'),
  }),
})
export type PasskeyCreationOptions = Static<typeof PasskeyCreationOptions>

/** WebAuthn Level 3 section 5.5, as `PublicKeyCredential.parseRequestOptionsFromJSON()` takes it. */
export const PasskeyRequestOptions = Resource('PasskeyRequestOptions', 'How a browser uses a passkey.', {
  challenge: Type.String({ description: 'Good for one answer within five minutes.' }),
  rpId: Type.String(),
  timeout: Type.Integer({ description: 'In milliseconds.' }),
  userVerification: Type.Literal('required'),
})
export type PasskeyRequestOptions = Static<typeof PasskeyRequestOptions>

/** What `PublicKeyCredential.toJSON()` yields. Browsers add fields to it, which are passed over. */
function credential<P extends TProperties>(response: P) {
  return Type.Object({
    id: base64url(1_364),
    rawId: base64url(1_364),
    type: Type.Literal('public-key'),
    response: Type.Object({ clientDataJSON: base64url(8_192), ...response }),
  })
}

export const NewPasskeyCredential = credential({
  attestationObject: base64url(16_384),
  transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 10 })),
})
export type NewPasskeyCredential = Static<typeof NewPasskeyCredential>

export const PasskeyCredential = credential({
  authenticatorData: base64url(8_192),
  signature: base64url(8_192),
  userHandle: Type.Optional(Nullable(base64url(88))),
})
export type PasskeyCredential = Static<typeof PasskeyCredential>
