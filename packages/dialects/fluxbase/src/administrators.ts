/** Whether somebody has to set the server up. */
export type AdminSetupStatusResponse = {
  /** True until there is an administrator. */
  needs_setup: boolean
  /** The opposite. */
  has_admin: boolean
}

/** Who becomes the first administrator. */
export type AdminSetupRequest = {
  email: string
  /** At least 12 characters. */
  password: string
  name: string
  /** What the server printed at its first start. It is needed from everywhere but the host itself. */
  setup_token?: string | undefined
}

/** Somebody who administers the server. */
export type AdminUser = {
  id: string
  email: string
  name: string
  /** An `instance_admin` may do everything, a `tenant_admin` everything in the tenants assigned. */
  role: 'instance_admin' | 'tenant_admin'
  email_verified: boolean
  /** ISO 8601 time. */
  created_at: string
  /** ISO 8601 time. */
  updated_at: string
  /** ISO 8601 time; absent or null before the first sign-in. */
  last_login_at?: string | null
}

/** A new session of an administrator. */
export type AdminAuthResponse = {
  user: AdminUser
  /** What requests carry. `login` and `setup` have set it already. */
  access_token: string
  /** Good for one `refreshToken`. */
  refresh_token: string
  /** Seconds until the access token expires. */
  expires_in: number
}

/** What somebody signs in with. */
export type AdminLoginRequest = { email: string; password: string }

/** What a session goes on with. */
export type AdminRefreshRequest = {
  /** The newest refresh token of the session; an older one ends it, because somebody may have a copy. */
  refresh_token: string
}

/** The session with new tokens; the earlier refresh token is used up. */
export type AdminRefreshResponse = AdminAuthResponse

/** Who is signed in. */
export type AdminMeResponse = { user: { id: string; email: string; role: string } }
