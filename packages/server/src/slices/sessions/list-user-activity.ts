import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { parseId } from '#kernel/ids'
import * as store from './store.js'

/** Tells of users when they signed in last; an id that is none is as unknown as any other. */
export const listUserActivity = implement(api.users.listUserActivity).handler(async (call, { query }) => {
  const ids = (query.userIds ?? '').split(',').flatMap((text) => parseId(text.trim()) ?? [])
  const rows = ids.length === 0 ? [] : await store.listActivity(call.read, ids)
  return {
    activity: rows.map((row) => ({
      userId: row.user_id,
      lastSignInAt: row.last_sign_in_at,
      activeSessions: row.active_sessions,
    })),
  }
})
