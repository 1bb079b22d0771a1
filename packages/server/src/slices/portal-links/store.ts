import type { PortalLink } from '@claviger/contract'
import type { Queries, Transaction } from '#kernel/queries'
import { query, sql } from '#platform/db/build'
import { statement } from '#platform/db/statement'
import type { EnvironmentRow } from '#slices/projects'

export interface LinkRow {
  readonly id: string
  readonly user_id: string
  readonly organization_id: string | null
  readonly page: PortalLink['page']
  readonly return_url: string | null
  readonly expires_at: string
  /** Null until it is opened. */
  readonly session_expires_at: string | null
  readonly created_at: string
}

const columns = sql`
  l.id, l.user_id, l.organization_id, l.page, l.return_url, l.expires_at, l.session_expires_at, l.created_at`

export interface FoundSession extends EnvironmentRow {
  readonly id: string
  readonly user_id: string
  readonly organization_id: string | null
}

/** Finds an open portal in whatever environment it is. */
export function findSession(anywhere: Queries, hash: Buffer): Promise<FoundSession | undefined> {
  return anywhere.first(statement<FoundSession>('select * from find_portal_session($1)', [hash]))
}

export function findLink(queries: Queries, id: string): Promise<LinkRow | undefined> {
  return queries.first(query<LinkRow>`
    select ${columns} from portal_links l where l.environment_id = ${queries.environmentId} and l.id = ${id}`)
}

export function insertLink(
  tx: Transaction,
  link: {
    readonly id: string
    readonly userId: string
    readonly organizationId: string | null
    readonly page: PortalLink['page']
    readonly returnUrl: string | null
    readonly tokenHash: Buffer
    readonly lifetimeSeconds: number
  },
): Promise<LinkRow> {
  return tx.one(query<LinkRow>`
    insert into portal_links as l
      (environment_id, id, user_id, organization_id, page, return_url, token_hash, expires_at)
    values (${tx.environmentId}, ${link.id}, ${link.userId}, ${link.organizationId}, ${link.page},
            ${link.returnUrl}, ${link.tokenHash}, instant() + ${link.lifetimeSeconds} * interval '1 second')
    returning ${columns}`)
}

/** Opens a link that nobody has; of many who try at once, the lock of the row lets one. */
export function openLink(
  tx: Transaction,
  opening: { readonly tokenHash: Buffer; readonly sessionHash: Buffer; readonly seconds: number },
): Promise<LinkRow | undefined> {
  return tx.first(query<LinkRow>`
    update portal_links l set session_hash = ${opening.sessionHash},
      session_expires_at = instant() + ${opening.seconds} * interval '1 second'
    where l.environment_id = ${tx.environmentId} and l.token_hash = ${opening.tokenHash}
      and l.session_hash is null and l.expires_at > instant()
    returning ${columns}`)
}

/** Ends the links of a user, and the portals that they opened. */
export async function endPortalsOfUser(tx: Transaction, userId: string): Promise<void> {
  await tx.run(query`
    delete from portal_links where environment_id = ${tx.environmentId} and user_id = ${userId}`)
}

/** Removes what is over, in every environment. */
export async function sweepPortalLinks(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_portal_links()', []))
}
