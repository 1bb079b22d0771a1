import { getLockout } from './get-lockout.js'
import { liftLockout } from './lift-lockout.js'

export const endpoints = [getLockout, liftLockout]

export { type Attempt, beginAttempt, beginAttemptInSession } from './begin-attempt.js'
export { lift } from './lift-lockout.js'
