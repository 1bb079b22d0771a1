import { useSyncExternalStore } from 'react'
import { AdminSession, type AdminState } from './admin-session.js'
import type { AdminAuthResponse } from './administrators.js'
import type { FluxbaseClient } from './create-client.js'
import type { AdminStorage } from './kept-tokens.js'

export type { AdminState, SignedInAdmin } from './admin-session.js'
export type { AdminStorage } from './kept-tokens.js'

/** Options of `useAdmin`. */
export type UseAdminOptions = {
  /**
   * Where the tokens are kept, as `admin_access_token`, `admin_refresh_token` and `admin_token_expires_at`. Default:
   * `localStorage`, which every script of the page can read; `sessionStorage` forgets with the tab. That of the
   * first component counts for all of a client.
   */
  storage?: AdminStorage | undefined
}

/** Who is signed in, and how to change that. Both functions stay the same from one rendering to the next. */
export type UseAdmin = AdminState & {
  /** Signs in. What `client.admin.login` throws, such as a status of 401, is thrown to the caller. */
  login: (email: string, password: string) => Promise<AdminAuthResponse>
  /**
   * Signs out here in any case. Throws where the server could not be told, so that the session may live on until it
   * expires.
   */
  logout: () => Promise<void>
}

/** Components that look at one client look at one session. */
const sessions = new WeakMap<FluxbaseClient, AdminSession>()

/**
 * The administrator who is signed in: looked up from the storage at the first rendering, refreshed before the token
 * expires, and signed out in every tab where one signs out.
 *
 * @param client The client, made once outside of components. It carries the token of whoever is signed in.
 * @param options Where tokens are kept.
 */
export function useAdmin(client: FluxbaseClient, { storage }: UseAdminOptions = {}): UseAdmin {
  let session = sessions.get(client)
  if (!session) {
    session = new AdminSession(client, storage)
    sessions.set(client, session)
  }
  const state = useSyncExternalStore(session.subscribe, session.state, session.stateOnServer)
  return { ...state, login: session.login, logout: session.logout }
}
