import { confirmTotp } from './confirm-totp.js'
import { confirmTotpToSignIn } from './confirm-totp-to-sign-in.js'
import { disableTotp } from './disable-totp.js'
import { enrollTotp } from './enroll-totp.js'
import { enrollTotpToSignIn } from './enroll-totp-to-sign-in.js'
import { getSecondFactors } from './get-second-factors.js'
import { replaceRecoveryCodes } from './replace-recovery-codes.js'
import { resetSecondFactors } from './reset-second-factors.js'
import { signInWithRecoveryCode } from './sign-in-with-recovery-code.js'
import { signInWithTotp } from './sign-in-with-totp.js'

export const endpoints = [
  getSecondFactors,
  enrollTotp,
  confirmTotp,
  disableTotp,
  replaceRecoveryCodes,
  signInWithTotp,
  signInWithRecoveryCode,
  enrollTotpToSignIn,
  confirmTotpToSignIn,
  resetSecondFactors,
]

export { demandSecondFactor } from './demand.js'
export { disable as disableSecondFactors } from './enroll.js'
export { presentSecondFactors } from './present.js'
export { findSecondFactors } from './store.js'
