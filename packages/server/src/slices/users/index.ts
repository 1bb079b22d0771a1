import { banUser } from './ban-user.js'
import { createUser } from './create-user.js'
import { deleteUser } from './delete-user.js'
import { getUser } from './get-user.js'
import { listUsers } from './list-users.js'
import { unbanUser } from './unban-user.js'
import { updateUser } from './update-user.js'

export const endpoints = [listUsers, createUser, getUser, updateUser, deleteUser, banUser, unbanUser]

export { type Ended, type EndReason, endWithUser } from './ending.js'
export { checkPassword, hashPassword, verifyPassword } from './password.js'
export { presentUser } from './present.js'
export {
  existingUserId,
  findCredentials,
  findUser,
  insertUser,
  lockUser,
  type UserRow,
  updateUser,
} from './store.js'
export { checkMetadata } from './user.js'
