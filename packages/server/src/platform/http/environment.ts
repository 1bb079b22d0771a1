import { errors, type Route } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Environment } from '#kernel/principal'
import type { Identified } from './authenticate.js'
import { header, type WireRequest } from './wire.js'

/** How an environment is found by what a request may say of it. */
export interface EnvironmentFinder {
  byName(projectSlug: string, name: string): Promise<Environment | undefined>
  byPublishableKey(key: string): Promise<Environment | undefined>
  /** The configured default, for requests that name none. */
  byDefault(): Promise<Environment | undefined>
}

/**
 * The environment a request is in: the credential's own; for an administrator the one it names; for a browser
 * the publishable key's or the path's, else the default. Naming two different ones is refused, never settled by precedence.
 */
export async function resolveEnvironment(
  route: Route,
  request: WireRequest,
  identified: Identified,
  find: EnvironmentFinder,
): Promise<Environment | undefined> {
  if (route.access.scope !== 'environment') return undefined
  const named = await namedEnvironment(request, find)
  const own = identified.environment
  if (own && named && own.id !== named.id) throw fail(errors.environment_mismatch)
  const environment = own ?? named
  if (environment) return environment
  // On an end user's route an administrator is refused for what it is, not for what it left out.
  const mustName = identified.principal.kind === 'administrator' && route.access.by !== 'user'
  if (mustName) throw fail(errors.environment_required)
  const fallback = await find.byDefault()
  if (!fallback) throw fail(errors.environment_not_found, { environment: 'by default' })
  return fallback
}

async function namedEnvironment(
  request: WireRequest,
  find: EnvironmentFinder,
): Promise<Environment | undefined> {
  const { projectSlug, environmentName } = request.params
  const key = header(request, 'x-publishable-key')
  const name = header(request, 'claviger-environment')
  const [named, ...others] = await Promise.all([
    projectSlug === undefined ? undefined : spelled(`${projectSlug}/${environmentName}`, find),
    key ? publishable(key, find) : undefined,
    name ? spelled(name, find) : undefined,
  ]).then((found) => found.filter((environment) => environment !== undefined))
  if (others.some(({ id }) => id !== named?.id)) throw fail(errors.environment_mismatch)
  return named
}

async function publishable(key: string, find: EnvironmentFinder): Promise<Environment> {
  const environment = await find.byPublishableKey(key)
  if (!environment) throw fail(errors.environment_not_found, { environment: 'with this publishable key' })
  return environment
}

async function spelled(name: string, find: EnvironmentFinder): Promise<Environment> {
  const [, projectSlug, environmentName] = /^([\w-]+)\/([\w-]+)$/.exec(name) ?? []
  const environment =
    projectSlug && environmentName ? await find.byName(projectSlug.toLowerCase(), environmentName) : undefined
  if (!environment) throw fail(errors.environment_not_found, { environment: `“${name.slice(0, 100)}”` })
  return environment
}
