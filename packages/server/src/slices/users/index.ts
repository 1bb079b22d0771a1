import { banUser } from './ban-user.js'
import { createUser } from './create-user.js'
import { deleteUser } from './delete-user.js'
import { getUser } from './get-user.js'
import { listUsers } from './list-users.js'
import { unbanUser } from './unban-user.js'
import { updateUser } from './update-user.js'

export const endpoints = [listUsers, createUser, getUser, updateUser, deleteUser, banUser, unbanUser]

export { ban } from './ban.js'
export { removeCredentials, removeWithPassword } from './credentials.js'
export { type EndReason, endWithUser } from './ending.js'
export { hashProblem } from './foreign-hash/read-foreign-hash.js'
export { makePassword } from './make-password.js'
export { hashNewPassword } from './new-password.js'
export { hashPassword, isOwnHash, verifyPassword } from './password.js'
export { presentUser } from './present.js'
export { replaceForeignHash } from './replace-foreign-hash.js'
export {
  deleteUser as deleteUserRow,
  existingUserId,
  findByPhoneNumber,
  findCredentials,
  findPasswordHash,
  findUser,
  findUsers,
  insertUser,
  lockUser,
  lockUsers,
  markEmailVerified,
  replacePasswordHash,
  setPasswordHash,
  setPrimaryEmail,
  type UserRow,
  updateUser,
} from './store.js'
export { checkMetadata, metadataSizeBytesMax } from './user.js'
