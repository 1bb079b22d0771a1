import { errors, type Route } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Environment, KeyTerms } from '#kernel/principal'
import type { Identified } from './authenticate.js'
import { header, type WireRequest } from './wire.js'

/** An environment, with the terms of the key that names it, where that has any. */
export interface Place {
  readonly environment: Environment
  readonly terms?: KeyTerms | undefined
}

/** How an environment is found by what a request may say of it. */
export interface EnvironmentFinder {
  byName(projectSlug: string, name: string): Promise<Environment | undefined>
  byPublishableKey(key: string): Promise<Place | undefined>
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
): Promise<Place | undefined> {
  if (route.access.scope !== 'environment') return undefined
  const named = await namedPlace(request, find)
  const { environment: own, terms } = identified
  if (own && named && own.id !== named.environment.id) throw fail(errors.environment_mismatch)
  if (own) return { environment: own, terms: terms ?? named?.terms }
  if (named) return named
  // On an end user's route an administrator is refused for what it is, not for what it left out.
  const mustName = identified.principal.kind === 'administrator' && route.access.by !== 'user'
  if (mustName) throw fail(errors.environment_required)
  const fallback = await find.byDefault()
  if (!fallback) throw fail(errors.environment_not_found, { environment: 'by default' })
  return { environment: fallback }
}

async function namedPlace(request: WireRequest, find: EnvironmentFinder): Promise<Place | undefined> {
  const { projectSlug, environmentName } = request.params
  const key = header(request, 'x-publishable-key')
  const name = header(request, 'claviger-environment')
  const [named, ...others] = await Promise.all([
    // First, because its terms go with it.
    key ? publishable(key, find) : undefined,
    projectSlug === undefined ? undefined : spelled(`${projectSlug}/${environmentName}`, find),
    name ? spelled(name, find) : undefined,
  ]).then((found) => found.filter((place) => place !== undefined))
  if (others.some(({ environment }) => environment.id !== named?.environment.id))
    throw fail(errors.environment_mismatch)
  return named
}

async function publishable(key: string, find: EnvironmentFinder): Promise<Place> {
  const place = await find.byPublishableKey(key)
  if (!place) throw fail(errors.environment_not_found, { environment: 'with this publishable key' })
  return place
}

async function spelled(name: string, find: EnvironmentFinder): Promise<Place> {
  const [, projectSlug, environmentName] = /^([\w-]+)\/([\w-]+)$/.exec(name) ?? []
  const environment =
    projectSlug && environmentName ? await find.byName(projectSlug.toLowerCase(), environmentName) : undefined
  if (!environment) throw fail(errors.environment_not_found, { environment: `“${name.slice(0, 100)}”` })
  return { environment }
}
