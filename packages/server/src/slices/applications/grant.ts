import { managementPermissions, permissionOf } from './management-scopes.js'
import type { GrantRow } from './store.js'

/** What an application is allowed of an API. */
export interface Grant {
  readonly isManagement: boolean
  /** Null for all of them: of the management API, whose scopes are no rows. */
  readonly scopes: readonly string[] | null
}

export function grantOf({ audience, scopes }: GrantRow): Grant {
  return { isManagement: audience === null, scopes }
}

/** Those of some scopes that a grant covers. Of the management API a scope is as good as another name for it. */
export function coveredBy({ isManagement, scopes }: Grant, wanted: readonly string[]): readonly string[] {
  if (!isManagement) return scopes === null ? wanted : wanted.filter((scope) => scopes.includes(scope))
  const permissions = scopes === null ? managementPermissions : scopes.map(permissionOf)
  return wanted.filter((scope) => {
    const permission = permissionOf(scope)
    return permission !== undefined && permissions.includes(permission)
  })
}

/** All scopes of a grant. */
export function scopesOf({ scopes }: Grant): readonly string[] {
  return scopes ?? managementPermissions
}

/**
 * The scopes of a grant but for some. Of the management API a permission goes with each of the finer names that other
 * vendors have for parts of it: it would cover them all the same.
 */
export function withoutScopes(grant: Grant, removed: readonly string[]): string[] {
  const gone: readonly (string | undefined)[] = grant.isManagement
    ? [...removed, ...removed.map(permissionOf)]
    : removed
  return scopesOf(grant).filter((scope) => !gone.includes(scope))
}
