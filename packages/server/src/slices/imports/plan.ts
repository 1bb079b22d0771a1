import type { ImportedUser } from '@claviger/contract'
import type { UserRow } from '#slices/users'
import { type Changes, changesOf } from './changes.js'
import { isGiven, type Reason } from './imported-user.js'

/** What the database knows of a user that is to be imported. */
export interface Known {
  /** Addresses and usernames as the database compares them. */
  readonly emailKey: string | null
  readonly usernameKey: string | null
  readonly emailOwner: string | null
  readonly usernameOwner: string | null
  readonly phoneNumberOwner: string | null
  readonly current: UserRow | undefined
  readonly hash: string | null
}

export type Step =
  | { readonly outcome: 'created'; readonly user: ImportedUser }
  | {
      readonly outcome: 'updated'
      readonly user: ImportedUser
      readonly current: UserRow
      readonly changes: Changes
    }
  | { readonly outcome: 'unchanged'; readonly current: UserRow }
  | { readonly outcome: 'failed'; readonly reason: Reason }

/** The names that users of one batch have taken from those after them. */
export interface Claims {
  readonly externalIds: Set<string>
  readonly emails: Set<string>
  readonly usernames: Set<string>
  readonly phoneNumbers: Set<string>
}

export function noClaims(): Claims {
  return { externalIds: new Set(), emails: new Set(), usernames: new Set(), phoneNumbers: new Set() }
}

/** Decides what becomes of a user, and keeps its names from the users after it. */
export function plan(user: ImportedUser, known: Known, claims: Claims): Step {
  const { current } = known
  const reason = reasonAgainstNames(user, known, claims)
  if (reason) return { outcome: 'failed', reason }
  claims.externalIds.add(user.externalId)
  if (known.emailKey !== null) claims.emails.add(known.emailKey)
  if (known.usernameKey !== null) claims.usernames.add(known.usernameKey)
  if (isGiven(user.phoneNumber)) claims.phoneNumbers.add(user.phoneNumber)
  if (!current) return { outcome: 'created', user }
  const changes = changesOf(user, current, known.hash)
  const isChanged = Object.keys(changes).length > 0
  return isChanged ? { outcome: 'updated', user, current, changes } : { outcome: 'unchanged', current }
}

function reasonAgainstNames(
  { externalId, email, username, phoneNumber }: ImportedUser,
  { emailKey, usernameKey, emailOwner, usernameOwner, phoneNumberOwner, current }: Known,
  claims: Claims,
): Reason | undefined {
  if (claims.externalIds.has(externalId))
    return { code: 'duplicate_row', detail: `The batch has ${externalId} already.` }
  const isOthers = (owner: string | null) => owner !== null && owner !== current?.id
  const has = (names: Set<string>, key: string | null) => key !== null && names.has(key)
  if (isGiven(email) && (isOthers(emailOwner) || has(claims.emails, emailKey)))
    return { code: 'email_taken', detail: `Another user of this environment has the email address ${email}.` }
  if (isGiven(username) && (isOthers(usernameOwner) || has(claims.usernames, usernameKey)))
    return {
      code: 'username_taken',
      detail: `Another user of this environment has the username ${username}.`,
    }
  if (isGiven(phoneNumber) && (isOthers(phoneNumberOwner) || has(claims.phoneNumbers, phoneNumber)))
    return {
      code: 'phone_number_taken',
      detail: `Another user of this environment has the phone number ${phoneNumber}.`,
    }
  return undefined
}
