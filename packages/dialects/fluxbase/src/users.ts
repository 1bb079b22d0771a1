/** Users of the product (`app`), or people who administer the server (`dashboard`). */
export type UserType = 'app' | 'dashboard'

/** A user with what is known of the sessions. */
export type EnrichedUser = {
  id: string
  email: string
  /** A word of your application's own, such as `user`, or the role of an administrator. */
  role?: string
  /** ISO 8601 time. */
  created_at: string
  /** ISO 8601 time. */
  updated_at?: string
  email_verified?: boolean
  /** ISO 8601 time; absent or null before the first sign-in. */
  last_login_at?: string | null
  /** How many sessions are alive. */
  session_count?: number
  is_anonymous?: boolean
  // biome-ignore lint/suspicious/noExplicitAny: it is whatever the application has put there.
  metadata?: Record<string, any>
}

/** Which users, and how many. */
export type ListUsersOptions = {
  /** Leaves out those with the role of an administrator. */
  exclude_admins?: boolean | undefined
  /** Part of the address, in any case. */
  search?: string | undefined
  /** At most 1000; 100 unless given. */
  limit?: number | undefined
  /** How many to skip, of the newest. */
  offset?: number | undefined
  /** Default: `app`. */
  type?: UserType | undefined
}

/** One page of users, newest first. */
export type ListUsersResponse = {
  users: EnrichedUser[]
  /** How many match on all pages. */
  total: number
}

/** Who is invited. */
export type InviteUserRequest = {
  email: string
  role?: string | undefined
  /** False answers the link instead of mailing it. */
  send_email?: boolean | undefined
}

/** The user who was made, and how the invitation reaches the person. */
export type InviteUserResponse = {
  user: EnrichedUser
  /** The link that sets the password, where it was not mailed. */
  invitation_link?: string
  message: string
}

/** The new role of a user. */
export type UpdateUserRoleRequest = { role: string }

/** Says that a mail is on its way, or the new password. */
export type ResetUserPasswordResponse = { message: string }

/** Says that the user is gone. */
export type DeleteUserResponse = { message: string }
