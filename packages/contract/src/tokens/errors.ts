import { defineErrors } from '../define/index.js'

/** The errors of RFC 6749 section 5.2, and `access_denied` of section 4.1.2.1. */
export const tokenErrors = defineErrors({
  invalid_client: {
    status: 401,
    title: 'Invalid client',
    detail: 'The client id or the client secret is not right, or the application is disabled.',
  },
  unsupported_grant_type: {
    status: 400,
    title: 'Unsupported grant type',
    detail: 'The grant type is not known here. Send `grant_type=client_credentials`.',
  },
  unauthorized_client: {
    status: 400,
    title: 'Unauthorized client',
    detail:
      'An application of type `{type}` gets no tokens with client credentials; only one of type `m2m` does.',
  },
  access_denied: {
    status: 403,
    title: 'Access denied',
    detail: 'The application is not allowed the API {audience}, or there is none with this audience.',
  },
  invalid_scope: {
    status: 400,
    title: 'Invalid scope',
    detail: 'The application is not allowed the scope {scope} of this API.',
  },
  invalid_grant: {
    status: 400,
    title: 'Token of another client',
    detail: 'The token was issued to another client, which alone can revoke it.',
  },
})
