import { Resource } from '../define/index.js'
import { User } from '../users/schemas.js'

const { id, username, email, emails, phoneNumber, publicMetadata, unsafeMetadata, createdAt, updatedAt } =
  User.properties

/** What a user may see of itself: the private bucket and the ban are the backend's. */
export const Me = Resource('Me', 'The signed-in user.', {
  id,
  username,
  email,
  emails,
  phoneNumber,
  publicMetadata,
  unsafeMetadata,
  createdAt,
  updatedAt,
})
