import type { KolayLoginAdminClient } from './admin-client.js'
import { pathSegment } from './path-segment.js'
import { queryString } from './query-string.js'

/** A user as the admin API shows it. */
export type AdminUser = {
  /** UUID. */
  id: string
  username: string | null
  /** The id that your own system gave this user. */
  externalId: string | null
  isBanned: boolean
  banReason: string | null
  /** The user can read it; only backends can write it. */
  publicMetadata: Record<string, unknown>
  /** Only backends can read or write it. Keep it away from browsers. */
  privateMetadata: Record<string, unknown>
  /** The user can write it, so never decide a permission by it. */
  unsafeMetadata?: Record<string, unknown>
  /** ISO 8601 time. */
  createdAt: string
  /** ISO 8601 time. */
  updatedAt: string
  emails: Array<{ email: string; isPrimary: boolean; isVerified: boolean }>
  /** The primary address, or null. Claviger always sends it beside `emails`. */
  email?: string | null
}

type UserPatch = Partial<
  Pick<AdminUser, 'username' | 'externalId' | 'isBanned' | 'banReason' | 'publicMetadata' | 'privateMetadata'>
>

/** Calls on `/v1/admin/users`. Each throws as `KolayLoginAdminClient.request` does. */
export class UsersResource {
  readonly #client: KolayLoginAdminClient

  constructor(client: KolayLoginAdminClient) {
    this.#client = client
  }

  /**
   * Lists users, newest first.
   *
   * @param params `limit` is the number of users wanted, `offset` the number to skip, and `email` keeps only
   *   the user who has exactly this address, in any case.
   * @returns One page, and in `total` how many users match on all pages.
   */
  async list(params?: {
    limit?: number | undefined
    offset?: number | undefined
    email?: string | undefined
  }): Promise<{ users: AdminUser[]; total: number }> {
    const query = queryString({
      limit: params?.limit,
      offset: params?.offset,
      email: params?.email || undefined,
    })
    const page = await this.#client.request<{ users?: AdminUser[]; total?: number }>(
      `/v1/admin/users${query}`,
    )
    return { users: page.users ?? [], total: page.total ?? 0 }
  }

  /**
   * Reads one user.
   *
   * @param userId Id of the user; one that does not exist, or is malformed, throws with status 404.
   */
  async get(userId: string): Promise<AdminUser> {
    const { user } = await this.#client.request<{ user: AdminUser }>(pathOf(userId))
    return user
  }

  /**
   * Changes the given fields and leaves the others alone. A metadata bucket that is given is replaced whole.
   *
   * @param userId Id of the user; an unknown one throws with status 404.
   * @param patch New values. A username or external id that is taken throws with status 409.
   */
  async update(userId: string, patch: UserPatch): Promise<void> {
    await this.#client.request(pathOf(userId), { method: 'PATCH', body: JSON.stringify(patch) })
  }

  /**
   * Bans a user, which also ends the sessions.
   *
   * @param userId Id of the user; an unknown one throws with status 404.
   * @param reason Kept with the user for the people who look at it later.
   */
  async ban(userId: string, reason?: string): Promise<void> {
    await this.update(userId, { isBanned: true, banReason: reason ?? null })
  }

  /**
   * Lifts a ban and clears its reason. Sessions that the ban ended stay ended.
   *
   * @param userId Id of the user; an unknown one throws with status 404.
   */
  async unban(userId: string): Promise<void> {
    await this.update(userId, { isBanned: false, banReason: null })
  }

  /**
   * Deletes a user for good.
   *
   * @param userId Id of the user; an unknown one, or one that is already deleted, throws with status 404.
   */
  async delete(userId: string): Promise<void> {
    await this.#client.request(pathOf(userId), { method: 'DELETE' })
  }
}

function pathOf(userId: string): string {
  return `/v1/admin/users/${pathSegment(userId)}`
}
