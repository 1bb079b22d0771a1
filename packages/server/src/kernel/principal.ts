import type { Application, EnvironmentSettings, Permission, Role } from '@claviger/contract'

/** The environment that a request is in. */
export interface Environment {
  readonly id: string
  readonly name: 'live' | 'test'
  readonly projectId: string
  readonly projectSlug: string
  readonly settings: EnvironmentSettings
  readonly createdAt: string
  readonly updatedAt: string
}

export interface SecretKeyPrincipal {
  readonly kind: 'secret_key'
  readonly id: string
  readonly permissions: readonly string[]
}

/** What a key is held to beyond what it may do. */
export interface KeyTerms {
  readonly id: string
  /** Since when it is on its way out, and when it stops working. */
  readonly deprecation: { readonly deprecatedAt: string; readonly endsAt: string } | undefined
  readonly requestsPerMinute: number | null
  readonly requestsPerHour: number | null
}

/** A person, or the host itself, that administers the installation. */
export interface AdministratorPrincipal {
  readonly kind: 'administrator'
  readonly id: string
  readonly permissions: readonly string[]
  /** The only projects that it administers; absent where it administers the whole instance. */
  readonly projectIds?: readonly string[]
}

/** An application that sent an access token: for the management API, or for an API of the customer's own. */
export interface ApplicationPrincipal {
  readonly kind: 'application'
  readonly id: string
  /** What the token lets it do here; with one for another API, no more than verify the keys of that. */
  readonly permissions: readonly string[]
  readonly apiId: string
  readonly isManagement: boolean
  /** As the token names them. */
  readonly scopes: readonly string[]
  /** The id of the token. */
  readonly jti: string
}

/** An application that sent its client id and secret; what it may do with them is to get and end tokens. */
export interface ClientPrincipal {
  readonly kind: 'client'
  readonly id: string
  readonly type: Application['type']
  readonly tokenLifetimeSeconds: number
}

/** An end user in one of its sessions. */
export interface UserPrincipal {
  readonly kind: 'user'
  readonly id: string
  readonly sessionId: string
  readonly organizationId: string | null
  readonly role: Role | null
}

/** An end user in a portal that a link opened: good for what the portal is for, and for nothing else. */
export interface PortalPrincipal {
  readonly kind: 'portal'
  /** Of the user. */
  readonly id: string
  readonly linkId: string
  /** The organization that the portal is for; null where it is for the user alone. */
  readonly organizationId: string | null
}

export interface AnonymousPrincipal {
  readonly kind: 'anonymous'
  readonly id: null
}

/** Who is calling, once any credential has been read. */
export type Principal =
  | BackendPrincipal
  | ClientPrincipal
  | UserPrincipal
  | PortalPrincipal
  | AnonymousPrincipal

/** Who may call what is for backends: whoever holds permissions. */
export type BackendPrincipal = SecretKeyPrincipal | ApplicationPrincipal | AdministratorPrincipal

export const anonymous: AnonymousPrincipal = { kind: 'anonymous', id: null }

/** Whether a project is there for the caller: what an administrator does not administer is as unknown as any other. */
export function mayKnowProject(principal: Principal, projectId: string): boolean {
  return (
    principal.kind !== 'administrator' ||
    principal.projectIds === undefined ||
    principal.projectIds.includes(projectId)
  )
}

/** Whether the caller holds a permission. */
export function holds(principal: BackendPrincipal, permission: Permission): boolean {
  return covers(principal.permissions, permission)
}

/** Whether a permission is among others: by its name, as one of all (`*`), or of all that read (`*:read`). */
export function covers(held: readonly string[], wanted: string): boolean {
  return held.includes('*') || held.includes(wanted) || (wanted.endsWith(':read') && held.includes('*:read'))
}
