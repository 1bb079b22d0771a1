import { defineErrors } from '../define/index.js'

export const passkeyErrors = defineErrors({
  passkey_not_found: { status: 404, title: 'Passkey not found', detail: 'Passkey not found' },
  /** One answer for every reason: which part of a forgery was noticed helps only its maker. */
  invalid_passkey: {
    status: 400,
    title: 'Invalid passkey',
    detail: 'The passkey was not accepted. Begin again, and answer within five minutes from the same page.',
  },
  passkey_already_registered: {
    status: 409,
    title: 'Passkey registered already',
    detail: 'This passkey is registered already. Sign in with it, or use another authenticator.',
  },
  passkey_limit_reached: {
    status: 409,
    title: 'Too many passkeys',
    detail: 'A user has at most {passkeysMax} passkeys. Delete one that is not used any more.',
  },
  passkeys_need_a_domain: {
    status: 409,
    title: 'Passkeys need a domain',
    detail:
      'Passkeys belong to a domain, and {host} is a network address. Give the server a URL with a name, or ' +
      'set `passkeys.rpId` of the environment.',
  },
  passkey_rate_limited: {
    status: 429,
    title: 'Too many sign-ins',
    detail: 'Too many attempts to sign in from this address. Try again in {retryAfterSeconds} s.',
  },
})
