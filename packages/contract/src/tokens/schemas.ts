import Type, { type Static } from 'typebox'
import { Resource } from '../define/index.js'

/** Where a client says who it is, if it does not with `Authorization: Basic` (RFC 6749 section 2.3.1). */
export const clientCredentials = {
  client_id: Type.Optional(Type.String({ description: 'Or as the user of `Authorization: Basic`.' })),
  client_secret: Type.Optional(Type.String({ description: 'Or as the password of `Authorization: Basic`.' })),
}

export const token = {
  token: Type.String({ description: 'An access token.' }),
  token_type_hint: Type.Optional(
    Type.String({ description: 'There are only access tokens: not looked at.' }),
  ),
}

export const IssuedToken = Resource('IssuedToken', 'An access token (RFC 6749 section 5.1).', {
  access_token: Type.String({ description: 'A JWT (RFC 9068).' }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds from now.' }),
  scope: Type.String({ description: 'The scopes that it has, separated by spaces.' }),
})

export const Introspection = Resource('Introspection', 'What a token is (RFC 7662 section 2.2).', {
  active: Type.Boolean({
    description: 'Whether it is accepted at this instant. If not, nothing else is told.',
  }),
  scope: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  token_type: Type.Optional(Type.Literal('Bearer')),
  exp: Type.Optional(Type.Integer()),
  iat: Type.Optional(Type.Integer()),
  sub: Type.Optional(Type.String()),
  aud: Type.Optional(Type.Array(Type.String())),
  iss: Type.Optional(Type.String()),
  jti: Type.Optional(Type.String()),
})
export type Introspection = Static<typeof Introspection>

export const AuthorizationServer = Resource(
  'AuthorizationServer',
  'The metadata of RFC 8414 section 2, as far as it applies.',
  {
    issuer: Type.String(),
    token_endpoint: Type.String(),
    token_endpoint_auth_methods_supported: Type.Array(Type.String()),
    introspection_endpoint: Type.String(),
    introspection_endpoint_auth_methods_supported: Type.Array(Type.String()),
    revocation_endpoint: Type.String(),
    revocation_endpoint_auth_methods_supported: Type.Array(Type.String()),
    jwks_uri: Type.String({ description: 'The key set of the environment.' }),
    grant_types_supported: Type.Array(Type.String()),
    response_types_supported: Type.Array(Type.String(), {
      description: 'None: no page signs in for others.',
    }),
  },
)
