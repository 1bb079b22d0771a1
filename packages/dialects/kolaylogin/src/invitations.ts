import type { KolayLoginAdminClient } from './admin-client.js'
import { pathSegment } from './path-segment.js'

/** An invitation as the admin API shows it. */
export type AdminInvitation = {
  id: string
  email: string
  role: string
  /** One-time secret for the link in your mail. Only the answer to `create` has it. */
  token?: string
  /** Organization to join. Claviger always sends it. */
  orgId?: string
  /** Where the invitation stands, such as `pending`. Claviger always sends it. */
  status?: string
  /** ISO 8601 time after which the token is refused. Claviger always sends it. */
  expiresAt?: string
  /** ISO 8601 time. Claviger always sends it. */
  createdAt?: string
}

/** Calls on `/v1/admin/invitations`. Each throws as `KolayLoginAdminClient.request` does. */
export class InvitationsResource {
  readonly #client: KolayLoginAdminClient

  constructor(client: KolayLoginAdminClient) {
    this.#client = client
  }

  /**
   * Invites a person to an organization. No mail is sent: put the token in a mail of your own. The person
   * accepts with `POST /v1/orgs/invitations/accept`.
   *
   * @param params Address of the person, id of the organization (an unknown one throws with status 404), and
   *   the role, which is `member` unless given.
   * @returns The invitation with its `token`, which cannot be read again later.
   */
  async create(params: {
    email: string
    orgId: string
    role?: string | undefined
  }): Promise<AdminInvitation> {
    const { invitation } = await this.#client.request<{ invitation: AdminInvitation }>(
      '/v1/admin/invitations',
      {
        method: 'POST',
        body: JSON.stringify({ email: params.email, orgId: params.orgId, role: params.role ?? 'member' }),
      },
    )
    return invitation
  }

  /**
   * Withdraws an invitation; its token stops working.
   *
   * @param invitationId Id of the invitation; an unknown one throws with status 404.
   */
  async revoke(invitationId: string): Promise<void> {
    await this.#client.request(`/v1/admin/invitations/${pathSegment(invitationId)}`, { method: 'DELETE' })
  }
}
