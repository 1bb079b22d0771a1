import {
  type Administrator,
  api,
  type Caller,
  pageLimitMax,
  type User,
  type UserActivity,
} from '@claviger/contract'

/** Users as Fluxbase shows them, each with what its sessions say about it. */
export async function enrichedUsersOf(users: readonly User[], call: Caller, environment: string | undefined) {
  const activity = new Map<string, UserActivity>()
  for (let from = 0; from < users.length; from += pageLimitMax) {
    const ids = users.slice(from, from + pageLimitMax).map(({ id }) => id)
    const answer = await call(api.users.listUserActivity, { query: { userIds: ids.join(',') }, environment })
    for (const each of answer.activity) activity.set(each.userId, each)
  }
  return users.map((user) => enriched(user, activity.get(user.id)))
}

export async function enrichedUserOf(user: User, call: Caller, environment: string | undefined) {
  const [only] = await enrichedUsersOf([user], call, environment)
  return only
}

/** By the names of Fluxbase's documents and by those of its server. */
function enriched(user: User, activity: UserActivity | undefined) {
  const isVerified = user.emails.some(({ isPrimary, isVerified }) => isPrimary && isVerified)
  const lastSignIn = activity?.lastSignInAt ?? null
  const sessions = activity?.activeSessions ?? 0
  return {
    id: user.id,
    email: user.email ?? '',
    email_verified: isVerified,
    role: user.role,
    provider: isVerified || activity ? 'email' : 'invite_pending',
    is_anonymous: user.authMethods.length === 0,
    is_locked: user.isBanned,
    last_login_at: lastSignIn,
    last_sign_in: lastSignIn,
    session_count: sessions,
    active_sessions: sessions,
    metadata: user.unsafeMetadata,
    user_metadata: user.unsafeMetadata,
    app_metadata: user.publicMetadata,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  }
}

/** An administrator among the users of the dashboard. What its sessions say is for nobody but itself. */
export function dashboardUserOf({ id, email, name, role, status, createdAt, updatedAt }: Administrator) {
  const isActive = status === 'active'
  return {
    id,
    email,
    email_verified: isActive,
    role,
    provider: isActive ? 'email' : 'invite_pending',
    is_anonymous: false,
    is_locked: false,
    last_login_at: null,
    last_sign_in: null,
    metadata: { name },
    user_metadata: { name },
    app_metadata: {},
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
