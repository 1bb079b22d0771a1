export type { Administrator, AdministratorRole } from './administrators/schemas.js'
export { api, routes } from './api.js'
export { keyTokenLifetimeSecondsDefault, keyTokenLifetimeSecondsMax } from './api-key-tokens/schemas.js'
export type { ApiKey, UsageHour, Verification, VerificationCode } from './api-keys/schemas.js'
export type { Api, ApiScope, OfferedApi } from './apis/schemas.js'
export {
  type Application,
  type ApplicationApi,
  tokenLifetimeSecondsDefault,
} from './applications/schemas.js'
export type { SignedIn } from './authentication/schemas.js'
export * from './define/index.js'
export type { Device } from './devices/schemas.js'
export {
  type Caller,
  type Dialect,
  type DialectRequest,
  type DialectResponse,
  type DialectRoute,
  type DialectSetting,
  Refusal,
  type Said,
} from './dialect.js'
export type { Email, EmailKind, EmailMessage } from './emails/schemas.js'
export type { Environment, EnvironmentSettings } from './environments/schemas.js'
export type { Erased } from './erasures/schemas.js'
export { errors } from './errors.js'
export type { Event } from './events/schemas.js'
export { type EventType, events } from './events.js'
export type { Identity, IdentityProvider } from './identity-providers/schemas.js'
export {
  type ImportedUser,
  type ImportOutcome,
  type ImportProblem,
  type ImportResult,
  importBatchMax,
} from './imports/schemas.js'
export type { Invitation, NewInvitation } from './invitations/schemas.js'
export type { Lockout } from './lockouts/schemas.js'
export type { Membership, MembershipOf, Role } from './memberships/schemas.js'
export type { Organization } from './organizations/schemas.js'
export type {
  NewPasskeyCredential,
  Passkey,
  PasskeyCreationOptions,
  PasskeyCredential,
  PasskeyRequestOptions,
} from './passkeys/schemas.js'
export {
  type NewPortalLink,
  type PortalLink,
  type PortalSession,
  portalLifetimeSecondsDefault,
  portalSessionSeconds,
} from './portal-links/schemas.js'
export type { Project } from './projects/schemas.js'
export type { SecondFactors } from './second-factors/schemas.js'
export { gracePeriodHoursDefault, type Revocation, type SecretKey } from './secret-keys/schemas.js'
export type { Session } from './sessions/schemas.js'
export type { SigningKey } from './signing-keys/schemas.js'
export type { TextMessage, TextMessageKind, TextMessageWithBody } from './text-messages/schemas.js'
export { oauthError } from './tokens/oauth-error.js'
export {
  adminRoles,
  banReasonLengthMax,
  type Ended,
  externalIdLengthMax,
  type User,
  type UserActivity,
  usernameLengthMax,
  usernamePattern,
  userRoleDefault,
  userRoleLengthMax,
} from './users/schemas.js'
