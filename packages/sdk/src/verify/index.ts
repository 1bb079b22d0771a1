export { ClavigerError } from '../errors.js'
export type { ApiKeyVerification } from '../generated/models.js'
export type {
  Adapters,
  ExpressRequest,
  ExpressResponse,
  FastifyReply,
  FastifyRequest,
  HonoContext,
  NodeRequest,
  NodeResponse,
  RouteNeeds,
} from './adapters.js'
export type { ApiKeyVerifierOptions } from './settings.js'
export type { ApiKeyIdentity, Refusal, RefusalCode, Verdict } from './verdict.js'
export { type ApiKeyVerifier, createApiKeyVerifier, type Needs } from './verifier.js'
