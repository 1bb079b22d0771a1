import { defineErrors } from '../define/index.js'

export const identityProviderErrors = defineErrors({
  identity_provider_not_found: {
    status: 404,
    title: 'Identity provider not found',
    detail: 'Identity provider not found',
  },
  identity_provider_key_taken: {
    status: 409,
    title: 'Identity provider key taken',
    detail: 'There is an identity provider with the key “{key}”. Choose another.',
  },
  identity_provider_insecure: {
    status: 400,
    title: 'Insecure issuer',
    detail: 'The issuer must begin with https://, because this server itself is reached by https.',
  },
  identity_not_found: { status: 404, title: 'Identity not found', detail: 'Identity not found' },
  identity_is_last: {
    status: 409,
    title: 'Last way in',
    detail:
      'The user could not sign in any more. Set a password, verify an address or a phone number, or link another identity first.',
  },
  missing_oauth_params: {
    status: 400,
    title: 'Parameters missing',
    detail: 'The request lacks {missing}.',
    message: 'missing_oauth_params',
  },
  oauth_provider_disabled: {
    status: 400,
    title: 'Provider not available',
    detail: 'There is no such identity provider, or it is not enabled.',
    message: 'oauth_provider_disabled',
  },
  oauth_redirect_not_allowed: {
    status: 400,
    title: 'Redirect not allowed',
    detail: 'The redirect_uri must be of an allowed origin. Add its origin to `allowedOrigins`.',
    message: 'oauth_redirect_not_allowed',
  },
  oauth_state_mismatch: {
    status: 400,
    title: 'State mismatch',
    detail: 'This sign-in was not begun in this browser, is over, or took too long. Begin again.',
    message: 'oauth_state_mismatch',
  },
  oauth_denied: {
    status: 403,
    title: 'Denied by the provider',
    detail: 'The identity provider did not sign anyone in: {reason}.',
    message: 'oauth_denied',
  },
  oauth_exchange_failed: {
    status: 400,
    title: 'Answer refused',
    detail: 'What the identity provider answered is not accepted: {reason}.',
    message: 'oauth_exchange_failed',
  },
  oauth_provider_unreachable: {
    status: 502,
    title: 'Provider unreachable',
    detail: 'The identity provider could not be asked: {reason}.',
    message: 'oauth_provider_unreachable',
  },
  oauth_email_unverified: {
    status: 403,
    title: 'Address not verified',
    detail:
      'There is an account with this email address, and it is not proved that both are the same person’s. ' +
      'Sign in as before, and verify the address both here and at the provider.',
    message: 'oauth_email_unverified',
  },
  oauth_sign_up_disabled: {
    status: 403,
    title: 'No sign-up',
    detail: 'There is no account for this identity, and this provider does not make new ones.',
    message: 'oauth_sign_up_disabled',
  },
})
