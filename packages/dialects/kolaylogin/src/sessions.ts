import type { KolayLoginAdminClient } from './admin-client.js'
import { pathSegment } from './path-segment.js'
import { queryString } from './query-string.js'

/** A session as the admin API shows it. */
export type AdminSession = {
  id: string
  userId: string
  status: 'active' | 'ended' | 'expired' | 'revoked'
  /** The organization that the user works in at the moment, or null. */
  activeOrgId: string | null
  /** ISO 8601 time. */
  createdAt: string
  /** ISO 8601 time. */
  expiresAt: string
  /** ISO 8601 time, or null while the session lasts. */
  endedAt: string | null
}

/** Calls on `/v1/admin/sessions`. Each throws as `KolayLoginAdminClient.request` does. */
export class SessionsResource {
  readonly #client: KolayLoginAdminClient

  constructor(client: KolayLoginAdminClient) {
    this.#client = client
  }

  /**
   * Lists sessions, newest first, those that are over included.
   *
   * @param params `userId` keeps only the sessions of one user; `limit` is the number of sessions wanted.
   */
  async list(params?: {
    userId?: string | undefined
    limit?: number | undefined
  }): Promise<{ sessions: AdminSession[] }> {
    const query = queryString({ userId: params?.userId || undefined, limit: params?.limit })
    const page = await this.#client.request<{ sessions?: AdminSession[] }>(`/v1/admin/sessions${query}`)
    return { sessions: page.sessions ?? [] }
  }

  /**
   * Ends a session. A session JWT that is already in a browser lapses on its own, within 60 seconds.
   *
   * @param sessionId Id of the session; an unknown one throws with status 404.
   */
  async revoke(sessionId: string): Promise<void> {
    await this.#client.request(`/v1/admin/sessions/${pathSegment(sessionId)}/revoke`, { method: 'POST' })
  }
}
