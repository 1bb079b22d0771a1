import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'

/** How long an invitation can be accepted. */
export const lifetimeDays = 7
export const lifetimeSeconds = lifetimeDays * 24 * 60 * 60
export const tokenPrefix = 'inv_'

export type Status = 'pending' | 'accepted' | 'revoked' | 'expired'

/** Refuses an invitation that cannot be accepted any more, and says why. */
export function requirePending(status: Status): void {
  if (status === 'accepted') throw fail(errors.invitation_already_used)
  if (status === 'revoked') throw fail(errors.invitation_revoked)
  if (status === 'expired') throw fail(errors.invitation_expired)
}

/**
 * What a mail calls the member who invites. An address only if it is verified: nobody invites in the name of an
 * address that is another's.
 */
export function nameOf(inviter: {
  readonly username: string | null
  readonly emails: readonly {
    readonly email: string
    readonly isPrimary: boolean
    readonly isVerified: boolean
  }[]
}): string {
  const primary = inviter.emails.find(({ isPrimary }) => isPrimary)
  return (primary?.isVerified ? primary.email : inviter.username) ?? 'A member'
}

/** Refuses everyone but the person who was invited: the address must be one of the user's own. */
export function requireInvited(invited: string, addresses: readonly { readonly email: string }[]): void {
  const isInvited = addresses.some(({ email }) => email.toLowerCase() === invited.toLowerCase())
  if (!isInvited) throw fail(errors.invitation_for_another_address)
}
