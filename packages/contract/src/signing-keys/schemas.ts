import Type, { type Static } from 'typebox'
import { Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const SigningKey = Resource(
  'SigningKey',
  'A key that signs session tokens; its private half never leaves.',
  {
    id: Type.String({ format: 'uuid', description: 'The `kid` of the tokens it signs.' }),
    algorithm: OneOf(['ES256', 'RS256']),
    status: OneOf(['next', 'current', 'retired'], {
      description:
        '`next` is published before it signs; `retired` stays published until its last token is long over.',
    }),
    activatesAt: Timestamp,
    expiresAt: Nullable(Type.String({ format: 'date-time', description: 'When it leaves the key set.' })),
    createdAt: Timestamp,
  },
)
export type SigningKey = Static<typeof SigningKey>

/** A JSON Web Key (RFC 7517) with the members that a verifier needs. */
export const JsonWebKey = Resource('JsonWebKey', 'A public key of the key set.', {
  kty: Type.String(),
  kid: Type.String(),
  alg: Type.String(),
  use: Type.String(),
  crv: Type.Optional(Type.String()),
  x: Type.Optional(Type.String()),
  y: Type.Optional(Type.String()),
  n: Type.Optional(Type.String()),
  e: Type.Optional(Type.String()),
})
export const JsonWebKeySet = Resource('JsonWebKeySet', 'The public keys of one environment.', {
  keys: Type.Array(JsonWebKey),
})
