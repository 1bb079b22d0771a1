import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const KeyKind = OneOf(['secret', 'publishable'], {
  description: '`secret` has power over the environment; `publishable` only names it to a browser.',
})

export const SecretKey = Resource('SecretKey', 'A key of one environment, without its secret.', {
  id: Id,
  kind: KeyKind,
  name: Type.String(),
  prefix: Type.String({ description: 'The first 16 characters, to recognise the key by.' }),
  lastUsedAt: Nullable(Timestamp),
  revokedAt: Nullable(Timestamp),
  createdAt: Timestamp,
})
export type SecretKey = Static<typeof SecretKey>
