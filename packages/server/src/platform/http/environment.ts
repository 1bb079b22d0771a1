import { errors, type Route } from '@claviger/contract'
import { wrongCredential } from '#kernel/access'
import { fail } from '#kernel/failure'
import { isOfInstance } from '#kernel/instance-environment'
import { type Environment, type KeyTerms, mayKnowProject, type Principal } from '#kernel/principal'
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
  /** That of the instance itself, whose users are the administrators. */
  ofInstance(): Promise<Environment | undefined>
}

/**
 * The environment a request is in: the credential's own; for an administrator the one it names; for a browser
 * the publishable key's or the path's, else the default. Naming two different ones is refused, never settled by precedence.
 * Where the credential alone says it, as most do, nothing is waited for.
 */
export function resolveEnvironment(
  route: Route,
  request: WireRequest,
  identified: Identified,
  find: EnvironmentFinder,
): Place | undefined | Promise<Place | undefined> {
  const { access } = route
  const { principal, environment: own, terms } = identified
  if (access.scope === 'instance' || access.scope === 'project') return undefined
  const isAdministration = access.scope === 'administration'
  if (own && isOfInstance(own) !== isAdministration) throw wrongCredential(principal, access)
  if (own && (isAdministration || !namesPlace(request))) return { environment: own, terms }
  return isAdministration ? placeOfInstance(find) : findPlace(route, request, identified, find)
}

/** Whether a request says anything about where it is. */
function namesPlace({ params, headers }: WireRequest): boolean {
  return Boolean(params.projectSlug || headers['x-publishable-key'] || headers['claviger-environment'])
}

async function placeOfInstance(find: EnvironmentFinder): Promise<Place | undefined> {
  const environment = await find.ofInstance()
  return environment && { environment }
}

async function findPlace(
  { access }: Route,
  request: WireRequest,
  { principal, environment: own, terms }: Identified,
  find: EnvironmentFinder,
): Promise<Place> {
  const named = namesPlace(request) ? await namedPlace(request, seenBy(principal, find)) : undefined
  if (own && named && own.id !== named.environment.id) throw fail(errors.environment_mismatch)
  if (own) return { environment: own, terms: terms ?? named?.terms }
  if (named) return named
  // On a route of end users an administrator is refused for what it is, not for what it left out.
  const isForUsers = access.by === 'user' || access.by === 'portal'
  const mustName = principal.kind === 'administrator' && !isForUsers
  if (mustName) throw fail(errors.environment_required)
  const fallback = await find.byDefault()
  if (!fallback) throw fail(errors.environment_not_found, { environment: 'by default' })
  return { environment: fallback }
}

/** What an administrator of single projects does not administer is not found by any name. */
function seenBy(principal: Principal, find: EnvironmentFinder): EnvironmentFinder {
  const isSeen = (environment: Environment | undefined) =>
    environment !== undefined && mayKnowProject(principal, environment.projectId)
  return {
    ...find,
    async byName(projectSlug, name) {
      const environment = await find.byName(projectSlug, name)
      return isSeen(environment) ? environment : undefined
    },
    async byPublishableKey(key) {
      const place = await find.byPublishableKey(key)
      return isSeen(place?.environment) ? place : undefined
    },
  }
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
