import Type from 'typebox'
import { applicationEvents } from '../applications/events.js'
import { anyone, application, defineRoute } from '../define/index.js'
import { systemErrors } from '../system/errors.js'
import { tokenErrors } from './errors.js'
import { AuthorizationServer, clientCredentials, Introspection, IssuedToken, token } from './schemas.js'

const exampleClient = { client_id: '01997e5c-2f6b-7a31-9f3e-0c7d6c1f2a4b', client_secret: 'cs_…' }

export const createToken = defineRoute({
  id: 'tokens.create',
  method: 'POST',
  path: '/oauth2/token',
  summary: 'Get an access token for client credentials',
  description:
    'A JWT (RFC 9068) for one API that the application may use. Keep it until it is over: each request makes a new one.',
  access: application,
  style: 'oauth',
  body: Type.Object(
    {
      grant_type: Type.String({ description: '`client_credentials`.' }),
      ...clientCredentials,
      audience: Type.Optional(
        Type.String({ maxLength: 512, description: 'The audience of the API that the token is for.' }),
      ),
      resource: Type.Optional(
        Type.String({ maxLength: 512, description: 'The same, as RFC 8707 calls it.' }),
      ),
      scope: Type.Optional(
        Type.String({
          maxLength: 16_384,
          description: 'The scopes, separated by spaces; when empty or absent, all that it is allowed.',
        }),
      ),
    },
    {
      examples: [
        {
          grant_type: 'client_credentials',
          ...exampleClient,
          audience: 'https://api.weather.example.com',
          scope: 'read:forecasts',
        },
      ],
    },
  ),
  status: 200,
  response: IssuedToken,
  errors: [
    tokenErrors.unsupported_grant_type,
    tokenErrors.unauthorized_client,
    tokenErrors.access_denied,
    tokenErrors.invalid_scope,
  ],
  emits: [],
})

export const introspectToken = defineRoute({
  id: 'tokens.introspect',
  method: 'POST',
  path: '/oauth2/introspect',
  summary: 'Tell whether an access token is accepted, and what it is for',
  description:
    'To the client that it was issued to, and to those that may use the API that it is for. To everyone else it is ' +
    'not active, like one that is no token at all.',
  access: application,
  style: 'oauth',
  body: Type.Object({ ...token, ...clientCredentials }, { examples: [{ token: 'eyJ…', ...exampleClient }] }),
  status: 200,
  response: Introspection,
  errors: [],
  emits: [],
})

export const revokeToken = defineRoute({
  id: 'tokens.revoke',
  method: 'POST',
  path: '/oauth2/revoke',
  summary: 'Revoke an access token of one’s own',
  description:
    'It is refused from the next request on, on every node. What is no token, or none any more, is not told apart.',
  access: application,
  style: 'oauth',
  body: Type.Object({ ...token, ...clientCredentials }, { examples: [{ token: 'eyJ…', ...exampleClient }] }),
  status: 200,
  response: Type.Object({}),
  errors: [tokenErrors.invalid_grant],
  emits: [applicationEvents['application.token_revoked']],
})

export const getAuthorizationServer = defineRoute({
  id: 'authorizationServer.get',
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  summary: 'Where the endpoints for OAuth clients are',
  description:
    'Of the environment that `x-publishable-key` names, else of the default environment; only `jwks_uri` differs.',
  access: anyone,
  status: 200,
  response: AuthorizationServer,
  errors: [],
  emits: [],
})

const environment = {
  projectSlug: systemErrors.environment_not_found,
  environmentName: systemErrors.environment_not_found,
}

export const getAuthorizationServerOf = defineRoute({
  id: 'authorizationServer.getOf',
  method: 'GET',
  path: '/environments/:projectSlug/:environmentName/.well-known/oauth-authorization-server',
  summary: 'The same for a named environment',
  access: anyone,
  params: environment,
  status: 200,
  response: AuthorizationServer,
  errors: [],
  emits: [],
})

export const getOpenIdConfiguration = defineRoute({
  id: 'authorizationServer.getOpenIdConfiguration',
  method: 'GET',
  path: '/.well-known/openid-configuration',
  summary: 'The same where OpenID clients look for it',
  description: 'People do not sign in here for other applications, so it has no authorization endpoint.',
  access: anyone,
  status: 200,
  response: AuthorizationServer,
  errors: [],
  emits: [],
})
