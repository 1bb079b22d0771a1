import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { enroll } from './enroll.js'

/** Makes a secret for the authenticator app of the signed-in user, and shows it once. */
export const enrollTotp = implement(api.secondFactors.enrollTotp).handler((call) =>
  call.tx((tx) => enroll(call, tx, call.principal.id)),
)
