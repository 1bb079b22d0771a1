import type { KolayLoginAdminClient } from './admin-client.js'
import { pathSegment } from './path-segment.js'
import { queryString } from './query-string.js'

/** An organization as the admin API shows it. */
export type AdminOrganization = {
  id: string
  name: string
  /** Name for URLs, unique in its environment. */
  slug: string
  /** ISO 8601 time. */
  createdAt: string
}

/** Calls on `/v1/admin/organizations`. Each throws as `KolayLoginAdminClient.request` does. */
export class OrganizationsResource {
  readonly #client: KolayLoginAdminClient

  constructor(client: KolayLoginAdminClient) {
    this.#client = client
  }

  /**
   * Lists organizations.
   *
   * @param params `limit` is the number of organizations wanted, `offset` the number to skip.
   * @returns One page, and in `total` how many organizations there are on all pages.
   */
  async list(params?: {
    limit?: number | undefined
    offset?: number | undefined
  }): Promise<{ organizations: AdminOrganization[]; total: number }> {
    const query = queryString({ limit: params?.limit, offset: params?.offset })
    const page = await this.#client.request<{ organizations?: AdminOrganization[]; total?: number }>(
      `/v1/admin/organizations${query}`,
    )
    return { organizations: page.organizations ?? [], total: page.total ?? 0 }
  }

  /**
   * Creates an organization.
   *
   * @param params Its name, its slug (one that is taken throws with status 409), and optionally the id of the
   *   user who is recorded as its creator.
   */
  async create(params: {
    name: string
    slug: string
    createdBy?: string | undefined
  }): Promise<AdminOrganization> {
    const { organization } = await this.#client.request<{ organization: AdminOrganization }>(
      '/v1/admin/organizations',
      { method: 'POST', body: JSON.stringify(params) },
    )
    return organization
  }

  /**
   * Deletes an organization with its memberships and pending invitations.
   *
   * @param orgId Id of the organization; an unknown one throws with status 404.
   */
  async delete(orgId: string): Promise<void> {
    await this.#client.request(pathOf(orgId), { method: 'DELETE' })
  }

  /**
   * Makes a user a member.
   *
   * @param orgId Id of the organization; an unknown one throws with status 404.
   * @param params Id of the user (an unknown one throws with status 404, a member with 409), and the role,
   *   which is `member` unless given.
   */
  async addMember(orgId: string, params: { userId: string; role?: string | undefined }): Promise<void> {
    await this.#client.request(`${pathOf(orgId)}/memberships`, {
      method: 'POST',
      body: JSON.stringify({ userId: params.userId, role: params.role ?? 'member' }),
    })
  }

  /**
   * Ends a membership. The user and the organization stay.
   *
   * @param orgId Id of the organization.
   * @param userId Id of the user; one who is not a member throws with status 404.
   */
  async removeMember(orgId: string, userId: string): Promise<void> {
    await this.#client.request(`${pathOf(orgId)}/memberships/${pathSegment(userId)}`, { method: 'DELETE' })
  }
}

function pathOf(orgId: string): string {
  return `/v1/admin/organizations/${pathSegment(orgId)}`
}
