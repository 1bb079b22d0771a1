export {
  createKolayLoginClient,
  KolayLoginAdminClient,
  type KolayLoginClientOptions,
} from './admin-client.js'
export {
  type AuthSnapshot,
  type BillingSnapshot,
  type HasCheck,
  KolayLoginBackendClient,
  type KolayLoginBackendClientOptions,
} from './backend-client.js'
export { DEFAULT_API_BASE_URL } from './base-url.js'
export { getSessionJwtFromCookieHeader, parseCookieHeader } from './cookies.js'
export type { AdminInvitation } from './invitations.js'
export type { AdminOrganization } from './organizations.js'
export {
  type CreatePaymentIntentOptions,
  type CreatePaymentIntentResult,
  type PaymentRow,
  type PaymentStatus,
  PaymentsClient,
  type PaymentsClientOptions,
  type RefundOptions,
} from './payments-client.js'
export { type RequireSessionResult, requireSession } from './require-session.js'
export {
  DEFAULT_JWKS_URL,
  type SessionClaims,
  type VerifySessionJwtOptions,
  verifySessionJwt,
} from './session-jwt.js'
export type { AdminSession } from './sessions.js'
export type { AdminUser } from './users.js'
export {
  assertWebhookSignature,
  type VerifyWebhookSignatureOptions,
  type VerifyWebhookSignatureResult,
  verifyWebhookSignature,
} from './webhook-signature.js'
