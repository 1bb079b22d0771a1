import Type from 'typebox'
import { authenticationErrors } from '../authentication/errors.js'
import { SignedIn } from '../authentication/schemas.js'
import { anyone, Body, backend, Done, defineRoute, Page, pageQuery, user, Wrapped } from '../define/index.js'
import { signInEvents } from '../sessions/events.js'
import { userErrors } from '../users/errors.js'
import { passkeyErrors } from './errors.js'
import { passkeyEvents } from './events.js'
import {
  NewPasskeyCredential,
  Passkey,
  PasskeyCreationOptions,
  PasskeyCredential,
  PasskeyName,
  PasskeyRequestOptions,
} from './schemas.js'

const known = { passkeyId: passkeyErrors.passkey_not_found }
const ofUser = { userId: userErrors.user_not_found }
const limits = [
  {
    by: 'address',
    requestsMax: 120,
    windowSeconds: 60,
    error: passkeyErrors.passkey_rate_limited,
  },
] as const

const id = 'hm5Vq1WkQ0y2rNq4QkHjvA'
const clientDataJSON = 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoi'

export const beginRegistration = defineRoute({
  id: 'me.beginPasskeyRegistration',
  method: 'POST',
  path: '/v1/auth/me/passkeys/register/begin',
  summary: 'Begin to register a passkey',
  description:
    'Give the options to `navigator.credentials.create()`, and its result to the route that completes this.',
  access: user,
  status: 200,
  response: Wrapped('options', PasskeyCreationOptions),
  errors: [passkeyErrors.passkeys_need_a_domain, passkeyErrors.passkey_limit_reached],
  emits: [],
})

export const completeRegistration = defineRoute({
  id: 'me.completePasskeyRegistration',
  method: 'POST',
  path: '/v1/auth/me/passkeys/register/complete',
  summary: 'Register the passkey that the browser made',
  description: 'The device must have verified its user, by a PIN or a fingerprint for instance.',
  access: user,
  body: Body(
    { credential: NewPasskeyCredential, name: Type.Optional(PasskeyName) },
    {
      examples: [
        {
          credential: {
            id,
            rawId: id,
            type: 'public-key',
            response: { clientDataJSON, attestationObject: 'o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVik' },
          },
          name: 'Phone',
        },
      ],
    },
  ),
  status: 201,
  response: Wrapped('passkey', Passkey),
  errors: [
    passkeyErrors.invalid_passkey,
    passkeyErrors.passkey_already_registered,
    passkeyErrors.passkey_limit_reached,
  ],
  emits: [passkeyEvents['passkey.created']],
})

export const beginAuthentication = defineRoute({
  id: 'authentication.beginPasskeySignIn',
  method: 'POST',
  path: '/v1/auth/passkeys/authenticate/begin',
  summary: 'Begin to sign in with a passkey',
  description:
    'Names no user, so it tells nobody who has an account: the browser offers the passkeys that it knows.',
  access: anyone,
  status: 200,
  response: Wrapped('options', PasskeyRequestOptions),
  errors: [passkeyErrors.passkeys_need_a_domain],
  emits: [],
  limits,
})

export const completeAuthentication = defineRoute({
  id: 'authentication.completePasskeySignIn',
  method: 'POST',
  path: '/v1/auth/passkeys/authenticate/complete',
  summary: 'Sign in with a passkey',
  description: 'A passkey is enough by itself: the device has verified its user.',
  access: anyone,
  body: Body(
    { credential: PasskeyCredential },
    {
      examples: [
        {
          credential: {
            id,
            rawId: id,
            type: 'public-key',
            response: {
              clientDataJSON,
              authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ',
              signature: 'MEUCIQDqLs8Y',
              userHandle: 'AYkKXayWd0u8zrMCCZqAVw',
            },
          },
        },
      ],
    },
  ),
  status: 200,
  response: SignedIn,
  errors: [passkeyErrors.invalid_passkey, authenticationErrors.invalid_credentials],
  emits: [...signInEvents, passkeyEvents['passkey.sign_count_fell']],
  limits,
  cookies: true,
})

export const listMyPasskeys = defineRoute({
  id: 'me.listPasskeys',
  method: 'GET',
  path: '/v1/me/passkeys',
  summary: 'List the passkeys of the signed-in user, newest first',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('passkeys', Passkey),
  errors: [],
  emits: [],
})

export const updateMyPasskey = defineRoute({
  id: 'me.updatePasskey',
  method: 'PATCH',
  path: '/v1/me/passkeys/:passkeyId',
  summary: 'Rename a passkey of the signed-in user',
  access: user,
  params: known,
  body: Body({ name: PasskeyName }, { examples: [{ name: 'Phone' }] }),
  status: 200,
  response: Wrapped('passkey', Passkey),
  errors: [],
  emits: [passkeyEvents['passkey.updated']],
  idempotent: true,
})

export const deleteMyPasskey = defineRoute({
  id: 'me.deletePasskey',
  method: 'DELETE',
  path: '/v1/me/passkeys/:passkeyId',
  summary: 'Delete a passkey of the signed-in user',
  description: 'Sessions that it began stay; it signs nobody in any more.',
  access: user,
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [passkeyEvents['passkey.deleted']],
})

export const listPasskeys = defineRoute({
  id: 'users.listPasskeys',
  method: 'GET',
  path: '/v1/admin/users/:userId/passkeys',
  summary: 'List the passkeys of a user, newest first',
  access: backend('users:read'),
  params: ofUser,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('passkeys', Passkey),
  errors: [],
  emits: [],
})

export const deletePasskey = defineRoute({
  id: 'users.deletePasskey',
  method: 'DELETE',
  path: '/v1/admin/users/:userId/passkeys/:passkeyId',
  summary: 'Delete a passkey of a user',
  access: backend('users:write'),
  params: { ...ofUser, ...known },
  status: 200,
  response: Done,
  errors: [],
  emits: [passkeyEvents['passkey.deleted']],
})
