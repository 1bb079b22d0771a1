import Type, { type Static } from 'typebox'
import { Id, Nullable, Resource, Timestamp } from '../define/index.js'

export const ApiName = Type.String({ minLength: 1, maxLength: 100 })

export const Audience = Type.String({
  pattern: '^\\S+$',
  maxLength: 256,
  description:
    'What tokens for the API name in `aud`: its URL, or any other name. Unique in the environment.',
})

/** A scope token of RFC 6749 section 3.3: what a list that is separated by spaces can hold. */
export const ScopeKey = Type.String({
  pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$',
  minLength: 1,
  maxLength: 64,
  description: 'As tokens and keys name the scope: printable ASCII without space, `"` and `\\`.',
})

export const ScopeDescription = Nullable(Type.String({ maxLength: 500 }))

export const Api = Resource('Api', 'An API that keys and applications are for.', {
  id: Id,
  name: Type.String(),
  audience: Type.String(),
  isManagement: Type.Boolean({
    description:
      'Whether it is the management API, this server itself. Each environment has exactly one; its scopes are the ' +
      'names of permissions.',
  }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Api = Static<typeof Api>

/** What people are told of an API when they make keys of their own. */
export const OfferedApi = Resource('OfferedApi', 'An API that people can make keys for.', {
  id: Id,
  name: Type.String(),
  audience: Type.String(),
  scopes: Type.Array(Type.Object({ key: Type.String(), description: Nullable(Type.String()) })),
})
export type OfferedApi = Static<typeof OfferedApi>

export const ApiScope = Resource('ApiScope', 'Something that an API lets its callers do.', {
  id: Id,
  apiId: Id,
  key: Type.String(),
  description: Nullable(Type.String()),
  createdAt: Timestamp,
})
export type ApiScope = Static<typeof ApiScope>
