import * as administrators from './administrators/routes.js'
import * as apiKeyTokens from './api-key-tokens/routes.js'
import * as apiKeys from './api-keys/routes.js'
import * as apis from './apis/routes.js'
import * as applications from './applications/routes.js'
import * as authentication from './authentication/routes.js'
import type { Route } from './define/index.js'
import * as devices from './devices/routes.js'
import * as emails from './emails/routes.js'
import * as environments from './environments/routes.js'
import * as erasures from './erasures/routes.js'
import * as events from './events/routes.js'
import * as identityProviders from './identity-providers/routes.js'
import * as imports from './imports/routes.js'
import * as instance from './instance/routes.js'
import * as invitations from './invitations/routes.js'
import * as lockouts from './lockouts/routes.js'
import * as me from './me/routes.js'
import * as memberships from './memberships/routes.js'
import * as organizations from './organizations/routes.js'
import * as passkeys from './passkeys/routes.js'
import * as portalLinks from './portal-links/routes.js'
import * as projects from './projects/routes.js'
import * as secondFactors from './second-factors/routes.js'
import * as secretKeys from './secret-keys/routes.js'
import * as sessions from './sessions/routes.js'
import * as signingKeys from './signing-keys/routes.js'
import * as system from './system/routes.js'
import * as textMessages from './text-messages/routes.js'
import * as tokens from './tokens/routes.js'
import * as users from './users/routes.js'

/** The table of contents: every noun with everything that can be said about it. */
export const api = {
  administrators,
  apiKeys,
  apiKeyTokens,
  apis,
  applications,
  authentication,
  devices,
  emails,
  environments,
  erasures,
  events,
  identityProviders,
  imports,
  instance,
  invitations,
  lockouts,
  me,
  memberships,
  organizations,
  passkeys,
  portalLinks,
  projects,
  secretKeys,
  secondFactors,
  sessions,
  signingKeys,
  system,
  textMessages,
  tokens,
  users,
} as const

/** Every route, in the order of the table above. */
export const routes: readonly Route[] = Object.values(api).flatMap((noun) =>
  Object.values(noun as Record<string, unknown>).filter(isRoute),
)

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'path' in value && 'access' in value
}
