import type { User } from '@claviger/sdk'

/** What people call a user by: the address, else a name, else nothing but the id. */
export function nameOf({ email, username, externalId, id }: User): string {
  return email ?? username ?? externalId ?? id
}
