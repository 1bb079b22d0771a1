import type { DialectRequest, Permission } from '@claviger/contract'
import { lackingScope } from './errors.js'

/** The permission that each of Kinde's scopes is one part of, as Kinde spells them. */
export const permissionOf = {
  'read:api_keys': 'api_keys:read',
  'create:api_keys': 'api_keys:write',
  'update:api_keys': 'api_keys:write',
  'delete:api_keys': 'api_keys:write',
  'read:apis': 'apis:read',
  'create:apis': 'apis:write',
  'update:apis': 'apis:write',
  'delete:apis': 'apis:write',
  'read:api_scopes': 'apis:read',
  'create:api_scopes': 'apis:write',
  'update:api_scopes': 'apis:write',
  'delete:apis_scopes': 'apis:write',
  'create:api_application_scopes': 'applications:write',
  'delete:apis_application_scopes': 'applications:write',
  'read:applications': 'applications:read',
  'create:applications': 'applications:write',
  'update:applications': 'applications:write',
  'delete:applications': 'applications:write',
} as const satisfies Record<string, Permission>
export type KindeScope = keyof typeof permissionOf

/**
 * Kinde's scopes are finer than our permissions: what may create may not delete. So a token must name the scope, or
 * the permission as we spell it. Only what the token says is looked at here: whether it is to be believed, the
 * operation finds out.
 */
export function refuseWithoutScope(request: DialectRequest, scope: KindeScope): void {
  const scopes = scopesOf(request)
  if (scopes === undefined) return
  const permission = permissionOf[scope]
  const isReading = permission.endsWith(':read')
  const enough = [scope, permission, '*', ...(isReading ? ['*:read'] : [])]
  if (!enough.some((each) => scopes.includes(each))) throw lackingScope(scope)
}

/** The scopes that an access token names; undefined where the credential is another one. */
function scopesOf({ headers: { authorization } }: DialectRequest): readonly string[] | undefined {
  const payload = /^Bearer +[\w-]+\.([\w-]+)\.[\w-]+ *$/i.exec(String(authorization))?.[1]
  if (payload === undefined) return undefined
  try {
    const { scope } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof scope === 'string' ? scope.split(' ') : undefined
  } catch {
    return undefined
  }
}
