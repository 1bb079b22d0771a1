import Type from 'typebox'
import { administratorErrors } from '../administrators/errors.js'
import { administratorEvents } from '../administrators/events.js'
import { Administrator, AdministratorName } from '../administrators/schemas.js'
import { passwordErrors } from '../authentication/errors.js'
import * as authentication from '../authentication/routes.js'
import { SignedIn } from '../authentication/schemas.js'
import {
  anyAdministration,
  Body,
  defineRoute,
  EmailAddress,
  inInstance,
  signedInAdministrator,
  Wrapped,
} from '../define/index.js'
import * as devices from '../devices/routes.js'
import * as emails from '../emails/routes.js'
import * as me from '../me/routes.js'
import * as passkeys from '../passkeys/routes.js'
import * as secondFactors from '../second-factors/routes.js'
import { signInEvents } from '../sessions/events.js'

const limits = [
  {
    by: 'address',
    requestsMax: 60,
    windowSeconds: 60,
    error: administratorErrors.setup_rate_limited,
  },
] as const

export const getSetup = defineRoute({
  id: 'instance.getSetup',
  method: 'GET',
  path: '/v1/instance/setup',
  summary: 'Get whether this installation has to be set up',
  access: anyAdministration,
  status: 200,
  response: Type.Object({ needsSetup: Type.Boolean(), hasAdministrator: Type.Boolean() }),
  errors: [],
  emits: [],
})

export const setUp = defineRoute({
  id: 'instance.setUp',
  method: 'POST',
  path: '/v1/instance/setup',
  summary: 'Become the first administrator',
  description:
    'Works once. It needs the setup token, unless the request comes from the host itself and not through a proxy.',
  access: anyAdministration,
  body: Body(
    {
      email: EmailAddress,
      password: Type.String({ minLength: 1, maxLength: 1024 }),
      name: AdministratorName,
      setupToken: Type.Optional(Type.String({ maxLength: 256 })),
    },
    { examples: [{ email: 'ada@example.com', password: 'a longer password than that', name: 'Ada' }] },
  ),
  status: 201,
  response: SignedIn,
  errors: [
    administratorErrors.setup_completed,
    administratorErrors.invalid_setup_token,
    administratorErrors.administrator_exists,
    ...Object.values(passwordErrors),
  ],
  emits: [administratorEvents['administrator.created'], ...signInEvents],
  limits,
  cookies: true,
})

export const getMe = defineRoute({
  id: 'instance.me',
  method: 'GET',
  path: '/v1/instance/me',
  summary: 'Get the signed-in administrator',
  access: signedInAdministrator,
  status: 200,
  response: Wrapped('administrator', Administrator),
  errors: [],
  emits: [],
})

export const signIn = inInstance(authentication.signIn, {
  id: 'instance.signIn',
  path: '/v1/instance/auth/sign-in',
  summary: 'Sign in as an administrator with email address and password',
})

export const refreshSession = inInstance(authentication.refreshSession, {
  id: 'instance.refresh',
  path: '/v1/instance/auth/refresh',
  description:
    'Takes the refresh token from the cookie `__Host-claviger_admin_refresh` or from the body. A refresh token ' +
    'that was replaced more than ten seconds ago ends its session: someone else may hold a copy.',
})

export const signOut = inInstance(authentication.signOut, {
  id: 'instance.signOut',
  path: '/v1/instance/auth/sign-out',
})

export const signOutEverywhere = inInstance(authentication.signOutEverywhere, {
  id: 'instance.signOutEverywhere',
  path: '/v1/instance/auth/sign-out/all',
})

export const requestPasswordReset = inInstance(authentication.requestPasswordReset, {
  id: 'instance.requestPasswordReset',
  path: '/v1/instance/auth/password/reset/request',
})

export const confirmPasswordReset = inInstance(authentication.confirmPasswordReset, {
  id: 'instance.confirmPasswordReset',
  path: '/v1/instance/auth/password/reset/confirm',
})

export const changePassword = inInstance(authentication.changePassword, {
  id: 'instance.changePassword',
  path: '/v1/instance/auth/password',
})

export const getSecondFactors = inInstance(secondFactors.getSecondFactors, {
  id: 'instance.getSecondFactors',
  path: '/v1/instance/me/second-factors',
})

export const enrollTotp = inInstance(secondFactors.enrollTotp, {
  id: 'instance.enrollTotp',
  path: '/v1/instance/auth/totp/enroll',
})

export const confirmTotp = inInstance(secondFactors.confirmTotp, {
  id: 'instance.confirmTotp',
  path: '/v1/instance/auth/totp/confirm',
})

export const disableTotp = inInstance(secondFactors.disableTotp, {
  id: 'instance.disableTotp',
  path: '/v1/instance/auth/totp/disable',
})

export const replaceRecoveryCodes = inInstance(secondFactors.replaceRecoveryCodes, {
  id: 'instance.replaceRecoveryCodes',
  path: '/v1/instance/auth/recovery-codes',
})

export const signInWithTotp = inInstance(secondFactors.signInWithTotp, {
  id: 'instance.signInWithTotp',
  path: '/v1/instance/auth/sign-in/totp',
})

export const signInWithRecoveryCode = inInstance(secondFactors.signInWithRecoveryCode, {
  id: 'instance.signInWithRecoveryCode',
  path: '/v1/instance/auth/sign-in/recovery-code',
})

export const beginPasskeyRegistration = inInstance(passkeys.beginRegistration, {
  id: 'instance.beginPasskeyRegistration',
  path: '/v1/instance/auth/passkeys/register/begin',
})

export const completePasskeyRegistration = inInstance(passkeys.completeRegistration, {
  id: 'instance.completePasskeyRegistration',
  path: '/v1/instance/auth/passkeys/register/complete',
})

export const beginPasskeySignIn = inInstance(passkeys.beginAuthentication, {
  id: 'instance.beginPasskeySignIn',
  path: '/v1/instance/auth/passkeys/authenticate/begin',
})

export const completePasskeySignIn = inInstance(passkeys.completeAuthentication, {
  id: 'instance.completePasskeySignIn',
  path: '/v1/instance/auth/passkeys/authenticate/complete',
})

export const listPasskeys = inInstance(passkeys.listMyPasskeys, {
  id: 'instance.listPasskeys',
  path: '/v1/instance/me/passkeys',
})

export const deletePasskey = inInstance(passkeys.deleteMyPasskey, {
  id: 'instance.deletePasskey',
  path: '/v1/instance/me/passkeys/:passkeyId',
})

export const listSessions = inInstance(me.listMySessions, {
  id: 'instance.listSessions',
  path: '/v1/instance/me/sessions',
})

export const revokeSession = inInstance(me.revokeMySession, {
  id: 'instance.revokeSession',
  path: '/v1/instance/me/sessions/:sessionId/revoke',
})

export const listDevices = inInstance(devices.listMyDevices, {
  id: 'instance.listDevices',
  path: '/v1/instance/me/devices',
})

export const deleteDevice = inInstance(devices.deleteMyDevice, {
  id: 'instance.deleteDevice',
  path: '/v1/instance/me/devices/:deviceId',
})

export const listEmails = inInstance(emails.listEmails, {
  id: 'instance.listEmails',
  path: '/v1/instance/emails',
  summary: 'List mails to administrators, newest first',
})

export const getEmail = inInstance(emails.getEmail, {
  id: 'instance.getEmail',
  path: '/v1/instance/emails/:emailId',
  summary: 'Get a mail to an administrator with what it says',
})
