import Type from 'typebox'
import { authenticationErrors } from '../authentication/errors.js'
import {
  anyone,
  Body,
  backend,
  Done,
  defineRoute,
  Page,
  pageQuery,
  Redirection,
  user,
  Wrapped,
} from '../define/index.js'
import { signInEvents } from '../sessions/events.js'
import { systemErrors } from '../system/errors.js'
import { userEvents } from '../users/events.js'
import { identityProviderErrors } from './errors.js'
import { identityProviderEvents } from './events.js'
import {
  ClientSecret,
  Identity,
  IdentityProvider,
  Issuer,
  ProviderKey,
  ProviderType,
  providerSettings,
} from './schemas.js'

const known = { identityProviderId: identityProviderErrors.identity_provider_not_found }
const provider = { provider: identityProviderErrors.oauth_provider_disabled }
const environment = {
  projectSlug: systemErrors.environment_not_found,
  environmentName: systemErrors.environment_not_found,
}

export const listIdentityProviders = defineRoute({
  id: 'identityProviders.list',
  method: 'GET',
  path: '/v1/admin/identity-providers',
  summary: 'List the identity providers, newest first',
  access: backend('identity_providers:read'),
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('identityProviders', IdentityProvider),
  errors: [],
  emits: [],
})

export const createIdentityProvider = defineRoute({
  id: 'identityProviders.create',
  method: 'POST',
  path: '/v1/admin/identity-providers',
  summary: 'Add an identity provider',
  description: 'Register the `callbackUrl` of the answer with the provider.',
  access: backend('identity_providers:write'),
  body: Body(
    {
      key: ProviderKey,
      type: ProviderType,
      issuer: Issuer,
      clientSecret: ClientSecret,
      name: providerSettings.name,
      clientId: providerSettings.clientId,
      scopes: Type.Optional(providerSettings.scopes),
      enabled: Type.Optional(providerSettings.enabled),
      allowSignUp: Type.Optional(providerSettings.allowSignUp),
    },
    {
      examples: [
        {
          key: 'google',
          type: 'oidc',
          name: 'Google',
          issuer: 'https://accounts.google.com',
          clientId: '1234.apps.googleusercontent.com',
          clientSecret: 'GOCSPX-…',
        },
      ],
    },
  ),
  status: 201,
  response: Wrapped('identityProvider', IdentityProvider),
  errors: [
    identityProviderErrors.identity_provider_key_taken,
    identityProviderErrors.identity_provider_insecure,
  ],
  emits: [identityProviderEvents['identity_provider.created']],
  idempotent: true,
})

export const getIdentityProvider = defineRoute({
  id: 'identityProviders.get',
  method: 'GET',
  path: '/v1/admin/identity-providers/:identityProviderId',
  summary: 'Get an identity provider',
  access: backend('identity_providers:read'),
  params: known,
  status: 200,
  response: Wrapped('identityProvider', IdentityProvider),
  errors: [],
  emits: [],
})

export const updateIdentityProvider = defineRoute({
  id: 'identityProviders.update',
  method: 'PATCH',
  path: '/v1/admin/identity-providers/:identityProviderId',
  summary: 'Change an identity provider',
  description: 'Key, type and issuer stay: identities hang on them.',
  access: backend('identity_providers:write'),
  params: known,
  body: Body(
    { ...Type.Partial(Type.Object(providerSettings)).properties, clientSecret: Type.Optional(ClientSecret) },
    { examples: [{ enabled: false }] },
  ),
  status: 200,
  response: Wrapped('identityProvider', IdentityProvider),
  errors: [],
  emits: [identityProviderEvents['identity_provider.updated']],
  idempotent: true,
})

export const deleteIdentityProvider = defineRoute({
  id: 'identityProviders.delete',
  method: 'DELETE',
  path: '/v1/admin/identity-providers/:identityProviderId',
  summary: 'Delete an identity provider and every identity of it',
  description: 'The users stay. To keep people out for a while, disable the provider instead.',
  access: backend('identity_providers:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [identityProviderEvents['identity_provider.deleted']],
})

const authorization = {
  method: 'GET',
  access: anyone,
  query: Type.Object({
    redirect_uri: Type.Optional(
      Type.String({ maxLength: 2048, description: 'Where the browser goes when it is signed in.' }),
    ),
  }),
  status: 302,
  response: Redirection,
  errors: [
    identityProviderErrors.missing_oauth_params,
    identityProviderErrors.oauth_redirect_not_allowed,
    identityProviderErrors.oauth_provider_unreachable,
    identityProviderErrors.oauth_exchange_failed,
  ],
  emits: [],
  limits: [
    { by: 'address', requestsMax: 120, windowSeconds: 60, error: authenticationErrors.signin_rate_limited },
  ],
  cookies: true,
} as const

export const authorize = defineRoute({
  ...authorization,
  id: 'oauth.authorize',
  path: '/v1/auth/oauth/:provider/authorize',
  summary: 'Send the browser to an identity provider to sign in',
  description: 'In the default environment. Its origin must be allowed, so that nobody is led astray.',
  params: provider,
})

export const authorizeIn = defineRoute({
  ...authorization,
  id: 'oauth.authorizeIn',
  path: '/environments/:projectSlug/:environmentName/v1/auth/oauth/:provider/authorize',
  summary: 'The same, in a named environment',
  description: 'A browser that follows a link cannot say by a header which environment it means.',
  params: { ...environment, ...provider },
})

const comingBack = {
  method: 'GET',
  access: anyone,
  query: Type.Object({
    code: Type.Optional(Type.String({ maxLength: 4096 })),
    state: Type.Optional(Type.String({ maxLength: 256 })),
    iss: Type.Optional(Type.String({ maxLength: 255, description: 'RFC 9207; compared where it is sent.' })),
    error: Type.Optional(Type.String({ maxLength: 255 })),
  }),
  status: 302,
  response: Redirection,
  errors: [
    authenticationErrors.invalid_credentials,
    authenticationErrors.second_factor_required,
    identityProviderErrors.missing_oauth_params,
    identityProviderErrors.oauth_state_mismatch,
    identityProviderErrors.oauth_denied,
    identityProviderErrors.oauth_exchange_failed,
    identityProviderErrors.oauth_provider_unreachable,
    identityProviderErrors.oauth_email_unverified,
    identityProviderErrors.oauth_sign_up_disabled,
  ],
  emits: [userEvents['user.created'], identityProviderEvents['identity.linked'], ...signInEvents],
  limits: [
    { by: 'address', requestsMax: 120, windowSeconds: 60, error: authenticationErrors.signin_rate_limited },
  ],
  cookies: true,
} as const

export const callback = defineRoute({
  ...comingBack,
  id: 'oauth.callback',
  path: '/v1/auth/oauth/:provider/callback',
  summary: 'Take the browser back from an identity provider, signed in',
  params: provider,
})

export const callbackIn = defineRoute({
  ...comingBack,
  id: 'oauth.callbackIn',
  path: '/environments/:projectSlug/:environmentName/v1/auth/oauth/:provider/callback',
  summary: 'The same, in a named environment',
  params: { ...environment, ...provider },
})

export const listMyIdentities = defineRoute({
  id: 'me.listIdentities',
  method: 'GET',
  path: '/v1/me/identities',
  summary: 'List the accounts at identity providers that the signed-in user signs in with',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('identities', Identity),
  errors: [],
  emits: [],
})

export const unlinkMyIdentity = defineRoute({
  id: 'me.unlinkIdentity',
  method: 'DELETE',
  path: '/v1/me/identities/:identityId',
  summary: 'Give up an account at an identity provider as a way to sign in',
  access: user,
  params: { identityId: identityProviderErrors.identity_not_found },
  status: 200,
  response: Done,
  errors: [identityProviderErrors.identity_is_last],
  emits: [identityProviderEvents['identity.unlinked']],
})
