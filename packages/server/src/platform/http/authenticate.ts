import { type ErrorDefinition, errors, type Route } from '@claviger/contract'
import type { Call } from '#kernel/call'
import {
  type CookieNames,
  cookiesOf,
  cookiesOfAdministrators,
  cookiesOfUsers,
  portalCookieOf,
} from '#kernel/cookie-names'
import { fail } from '#kernel/failure'
import { isOfInstance } from '#kernel/instance-environment'
import {
  type AdministratorPrincipal,
  type ApplicationPrincipal,
  anonymous,
  type ClientPrincipal,
  type Environment,
  type KeyTerms,
  type PortalPrincipal,
  type Principal,
  type SecretKeyPrincipal,
  type UserPrincipal,
} from '#kernel/principal'
import { clientCredentialsOf } from './client-credentials.js'
import { header, type WireRequest } from './wire.js'

/** A secret key that works; its terms, where it has any. */
export interface RecognizedKey {
  readonly principal: SecretKeyPrincipal
  readonly environment: Environment
  readonly terms?: KeyTerms | undefined
}

/** Why a key that is known does not work. */
export type KeyRefusal = 'disabled' | 'expired' | 'revoked'

const refusals = {
  disabled: errors.disabled_api_key,
  expired: errors.expired_api_key,
  revoked: errors.revoked_api_key,
} as const

/** How each kind of credential is recognised. Each is implemented by the slice that issues it. */
export interface Authenticators {
  secretKey(secret: string): Promise<RecognizedKey | KeyRefusal | undefined>
  session(
    token: string,
  ): Promise<{ readonly principal: UserPrincipal; readonly environment: Environment } | undefined>
  /** By an access token. */
  application(
    token: string,
  ): Promise<{ readonly principal: ApplicationPrincipal; readonly environment: Environment } | undefined>
  /** By client id and secret. */
  client(
    clientId: string,
    clientSecret: string,
  ): Promise<{ readonly principal: ClientPrincipal; readonly environment: Environment } | undefined>
  /** Told of a client id and secret that are wrong; refuses whoever is wrong too often. */
  clientFailed(clientId: string, address: string | null): Promise<void>
  /** By the token in the cookie of an opened portal. */
  portal(
    token: string,
  ): Promise<{ readonly principal: PortalPrincipal; readonly environment: Environment } | undefined>
  operator(token: string): Promise<AdministratorPrincipal | undefined>
  /** By a user of the instance's own environment. */
  administrator(userId: string): Promise<AdministratorPrincipal | undefined>
  /** By the refresh token of a browser, in the environment of the call. */
  browser(call: Call, refreshToken: string): Promise<UserPrincipal | undefined>
}

/** Who calls, and the environment that the credential itself is for. */
export interface Identified {
  readonly principal: Principal
  readonly environment: Environment | undefined
  /** What the key is held to, where it is one. */
  readonly terms?: KeyTerms | undefined
  /** Whether a browser attached the credential by itself, so that the page behind it must be checked. */
  readonly byCookie?: boolean
}

/** Reads the credential that the route is for; 401 if there is none or it is not a valid one. */
export function authenticate(
  route: Route,
  request: WireRequest,
  known: Authenticators,
  publicUrl: string,
): Identified | Promise<Identified> {
  if (route.access.by === 'anyone') return { principal: anonymous, environment: undefined }
  if (route.access.by === 'application') return identifyClient(request, known)
  const bearer = bearerOf(request)
  if (bearer !== undefined) return identify(route, bearer, known)
  if (route.access.by === 'portal') return identifyPortal(request, known, publicUrl)
  return identifyBrowser(route, request, known, publicUrl)
}

/** Reads the client id and secret that an OAuth client proves itself with; whoever is wrong is counted. */
async function identifyClient(request: WireRequest, known: Authenticators): Promise<Identified> {
  const { clientId, clientSecret } = clientCredentialsOf(request)
  const found = await known.client(clientId, clientSecret)
  if (found) return found
  await known.clientFailed(clientId, request.client.ipAddress)
  throw fail(errors.invalid_client)
}

/** Reads the cookie of a portal, which no other route looks at. */
async function identifyPortal(
  request: WireRequest,
  known: Authenticators,
  publicUrl: string,
): Promise<Identified> {
  const token = request.client.cookies[portalCookieOf(publicUrl)]
  const found = token ? await known.portal(token) : undefined
  if (!found) throw fail(errors.portal_session_over)
  return { ...found, byCookie: true }
}

/** Reads the cookies of the people that the route is for. */
async function identifyBrowser(
  route: Route,
  request: WireRequest,
  known: Authenticators,
  publicUrl: string,
): Promise<Identified> {
  const isForUsers = route.access.by === 'user'
  const names: CookieNames =
    isForUsers && route.access.scope === 'environment' ? cookiesOfUsers : cookiesOfAdministrators(publicUrl)
  const { [names.session]: token, [names.client]: refreshToken } = request.client.cookies
  const found = token ? await identifyPerson(route, token, known) : undefined
  if (found) return { ...found, byCookie: true }
  if (isForUsers && route.cookies && refreshToken) {
    return { principal: anonymous, environment: undefined, byCookie: true }
  }
  if (token) throw fail(errors.invalid_session)
  throw fail(isForUsers ? errors.not_signed_in : errors.missing_api_key)
}

/**
 * Whose session a token is of. On routes that are not for users, one of the instance's own environment is an
 * administrator, who names the environment to act in; whoever is none, or none any more, is nobody.
 */
async function identifyPerson(
  route: Route,
  token: string,
  known: Authenticators,
): Promise<Identified | undefined> {
  const found = await known.session(token)
  if (!found || route.access.by === 'user' || !isOfInstance(found.environment)) return found
  const administrator = await known.administrator(found.principal.id)
  if (!administrator) throw fail(errors.invalid_session)
  return { principal: administrator, environment: undefined }
}

/**
 * Recognises a browser that has been away for longer than its session token lives: on routes that deal with its
 * cookies, such as sign-out, the refresh token is enough. It is read in the environment of the request.
 */
export async function recognizeBrowser(
  identified: Identified,
  call: Call,
  known: Authenticators,
): Promise<Identified> {
  const principal = await known.browser(call, call.client.cookies[cookiesOf(call).client] ?? '')
  if (!principal) throw fail(errors.invalid_session)
  return { ...identified, principal }
}

/** The bearer token of RFC 6750 section 2.1, the only place a credential is read from besides cookies. */
function bearerOf(request: WireRequest): string | undefined {
  const authorization = header(request, 'authorization')
  if (authorization === undefined) return undefined
  const [, token] = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization) ?? []
  if (token === undefined) throw fail(errors.invalid_api_key)
  return token
}

function workingKey(found: RecognizedKey | KeyRefusal | undefined): RecognizedKey {
  if (!found) throw fail(errors.invalid_api_key)
  if (typeof found === 'string') throw fail(refusals[found])
  return found
}

/** The look of a credential says which table to ask; only what is found there says what it may do. */
function identify(route: Route, token: string, known: Authenticators): Promise<Identified> {
  if (token.startsWith('sk_')) return known.secretKey(token).then(workingKey)
  if (token.startsWith('op_')) return identifyOperator(token, known)
  const header = headerOf(token)
  if (header === undefined) throw fail(errors.invalid_api_key)
  return isAccessToken(header)
    ? known.application(token).then((found) => foundOr(found, errors.invalid_api_key))
    : identifyPerson(route, token, known).then((found) => foundOr(found, errors.invalid_session))
}

async function identifyOperator(token: string, known: Authenticators): Promise<Identified> {
  const principal = foundOr(await known.operator(token), errors.invalid_api_key)
  return { principal, environment: undefined }
}

function foundOr<Found>(found: Found | undefined, error: ErrorDefinition): Found {
  if (!found) throw fail(error)
  return found
}

/** The first of the three parts of a signed token (RFC 7515 section 7.1); undefined if it is not one. */
function headerOf(token: string): string | undefined {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  const isSigned = first !== -1 && second !== -1 && !token.includes('.', second + 1)
  return isSigned ? token.slice(0, first) : undefined
}

/** The last header that was looked at: all tokens of one kind that one key has signed have the same. */
const lastHeader = { text: '', isOfAccessToken: false }

/** Whether the header of a token says that it is an access token (RFC 9068); its verifier looks again. */
function isAccessToken(header: string): boolean {
  if (lastHeader.text !== header) {
    const said = Buffer.from(header, 'base64url').toString()
    lastHeader.text = header
    lastHeader.isOfAccessToken = /"typ" *: *"(application\/)?at\+jwt"/i.test(said)
  }
  return lastHeader.isOfAccessToken
}
