import { presentUser, type UserRow } from '#slices/users'

/** What a user may see of itself: neither the private bucket nor anything about a ban. */
export function presentMe(row: UserRow) {
  const { id, username, email, emails, phoneNumber, publicMetadata, unsafeMetadata, createdAt, updatedAt } =
    presentUser(row)
  return { id, username, email, emails, phoneNumber, publicMetadata, unsafeMetadata, createdAt, updatedAt }
}
