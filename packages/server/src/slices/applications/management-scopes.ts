import { type Permission, routes } from '@claviger/contract'

/** What an application can be allowed of the management API: the permissions that calls of backends ask for. */
export const managementPermissions: readonly Permission[] = [
  ...new Set(routes.flatMap(({ access }) => (access.by === 'backend' ? [access.permission] : []))),
].sort()

/** Every token for the management API may verify API keys: other vendors ask for no scope there. */
const implied: Permission = 'api_keys:verify'

/** What is `apis:read` here, Kinde calls `read:apis`; and what is `apis:write`, it has three words for. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  read: ['read'],
  write: ['create', 'update', 'delete'],
}
const otherNouns: Readonly<Record<string, readonly string[]>> = {
  apis: ['api_scopes', 'apis_scopes'],
  applications: ['api_application_scopes', 'apis_application_scopes'],
}

const byScope: ReadonlyMap<string, Permission> = new Map(
  managementPermissions.flatMap((permission) =>
    namesOf(permission).map((name) => [name, permission] as const),
  ),
)

function namesOf(permission: Permission): string[] {
  const [noun = '', verb = ''] = permission.split(':')
  const nouns = [noun, ...(otherNouns[noun] ?? [])]
  return [permission, ...nouns.flatMap((each) => (verbs[verb] ?? []).map((word) => `${word}:${each}`))]
}

/** The permission that a scope of the management API stands for, if it is one. */
export function permissionOf(scope: string): Permission | undefined {
  return byScope.get(scope)
}

/** All that scopes of the management API let somebody do. */
export function permissionsOf(scopes: readonly string[]): Permission[] {
  const named = scopes.map(permissionOf).filter((permission) => permission !== undefined)
  return [...new Set([...named, implied])]
}
