import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const ProviderType = OneOf(['oidc', 'github'], {
  description:
    '`oidc`: anything that speaks OpenID Connect. `github`: GitHub, or a GitHub Enterprise Server.',
})

/** What may be changed of a provider. Its issuer may not: subjects mean something only to who issued them. */
export const providerSettings = {
  name: Type.String({ minLength: 1, maxLength: 100, description: 'As a button calls it.' }),
  clientId: Type.String({ minLength: 1, maxLength: 255 }),
  scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}$' }), {
    maxItems: 20,
    description: 'What is asked of the provider (RFC 6749 section 3.3).',
  }),
  enabled: Type.Boolean({ description: 'Whether anyone may sign in with it.' }),
  allowSignUp: Type.Boolean({ description: 'Whether whoever is unknown here gets an account.' }),
}

export const ProviderKey = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  maxLength: 40,
  description: 'Names the provider in paths; unique in its environment.',
})

export const Issuer = Type.String({
  pattern: '^https?://[^\\s?#@]+$',
  maxLength: 255,
  description: 'The issuer of OpenID Connect, or the base URL of GitHub.',
})

export const ClientSecret = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'Kept sealed, and never answered.',
})

export const IdentityProvider = Resource('IdentityProvider', 'Where users may sign in from.', {
  id: Id,
  key: Type.String(),
  type: ProviderType,
  issuer: Type.String(),
  ...providerSettings,
  callbackUrl: Type.String({ description: 'Register this URL with the provider.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type IdentityProvider = Static<typeof IdentityProvider>

export const Identity = Resource(
  'Identity',
  'An account at an identity provider that a user signs in with.',
  {
    id: Id,
    userId: Id,
    identityProviderId: Id,
    provider: Type.String({ description: 'The key of the provider.' }),
    subject: Type.String({ description: 'Who the account is, as the provider calls it.' }),
    email: Nullable(Type.String({ description: 'As the provider said it when the account was linked.' })),
    createdAt: Timestamp,
  },
)
export type Identity = Static<typeof Identity>
