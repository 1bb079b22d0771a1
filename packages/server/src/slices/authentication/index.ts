import { changePassword } from './change-password.js'
import { confirmEmailVerification } from './confirm-email-verification.js'
import { confirmPasswordReset } from './confirm-password-reset.js'
import { inviteUser } from './invite-user.js'
import { refresh } from './refresh.js'
import { requestEmailCode } from './request-email-code.js'
import { requestEmailVerification } from './request-email-verification.js'
import { requestMagicLink } from './request-magic-link.js'
import { requestPasswordReset } from './request-password-reset.js'
import { requestSmsCode } from './request-sms-code.js'
import { resetUserPassword } from './reset-user-password.js'
import { signIn } from './sign-in.js'
import { signOut } from './sign-out.js'
import { signOutEverywhere } from './sign-out-everywhere.js'
import { signUp } from './sign-up.js'
import { verifyEmailCode } from './verify-email-code.js'
import { verifyMagicLink } from './verify-magic-link.js'
import { verifySmsCode } from './verify-sms-code.js'

export const endpoints = [
  signUp,
  signIn,
  refresh,
  signOut,
  signOutEverywhere,
  requestPasswordReset,
  confirmPasswordReset,
  changePassword,
  requestMagicLink,
  verifyMagicLink,
  requestEmailCode,
  verifyEmailCode,
  requestSmsCode,
  verifySmsCode,
  requestEmailVerification,
  confirmEmailVerification,
  inviteUser,
  resetUserPassword,
]

export { linkTo } from './link.js'
