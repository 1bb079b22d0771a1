import { defineErrors } from '../define/index.js'

export const erasureErrors = defineErrors({
  user_not_deleted: {
    status: 409,
    title: 'User not deleted',
    detail: 'The user is not deleted. Delete it first: what is erased cannot be brought back.',
  },
})
