import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'

const lifetimeMs = 5 * 60_000

type Issuer = Pick<Call, 'seal' | 'clock'> & { readonly environment: Pick<Call['environment'], 'id'> }

/** Makes the proof that a user has done the first factor. It is stateless: the second factor is what is used once. */
export function sealPendingToken({ seal, clock, environment }: Issuer, userId: string): string {
  const claims = { userId, expiresAtMs: clock.now() + lifetimeMs }
  return seal.seal(Buffer.from(JSON.stringify(claims)), contextOf(environment.id)).toString('base64url')
}

/** Whose first factor a pending token proves. One that is late, altered or of elsewhere proves nothing. */
export function openPendingToken({ seal, clock, environment }: Issuer, token: string): string {
  const { userId, expiresAtMs } = claimsOf(() =>
    seal.open(Buffer.from(token, 'base64url'), contextOf(environment.id)),
  )
  if (clock.now() >= expiresAtMs) throw fail(errors.invalid_pending_token)
  return userId
}

function claimsOf(open: () => Buffer): { userId: string; expiresAtMs: number } {
  try {
    return JSON.parse(open().toString())
  } catch {
    throw fail(errors.invalid_pending_token)
  }
}

function contextOf(environmentId: string): string {
  return `pending-sign-in/${environmentId}`
}
