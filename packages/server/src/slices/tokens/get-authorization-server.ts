import { api } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'

const clientAuthentication = ['client_secret_basic', 'client_secret_post']

/** The metadata of the environment of the request. Issuer and endpoints are the same for all; key sets are not. */
async function metadata({ publicUrl, environment: { projectSlug, name } }: Call) {
  const base = publicUrl.replace(/\/+$/, '')
  return {
    issuer: publicUrl,
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: clientAuthentication,
    introspection_endpoint: `${base}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: clientAuthentication,
    revocation_endpoint: `${base}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: clientAuthentication,
    jwks_uri: `${base}/environments/${projectSlug}/${name}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
  }
}

/** Answers where OAuth clients find what they need, for the environment that the request names. */
export const getAuthorizationServer = implement(api.tokens.getAuthorizationServer).handler(metadata)

/** The same, for the environment that the path names. */
export const getAuthorizationServerOf = implement(api.tokens.getAuthorizationServerOf).handler(metadata)

/** The same, where OpenID clients look for it. */
export const getOpenIdConfiguration = implement(api.tokens.getOpenIdConfiguration).handler(metadata)
