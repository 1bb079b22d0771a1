export { Claviger } from './client.js'
export { type ClientCredentials, clientCredentials } from './client-credentials.js'
export type { TokenSource } from './credential.js'
export {
  AbortedError,
  ApiError,
  AuthenticationError,
  BadRequestError,
  ClavigerError,
  ConflictError,
  ConnectionError,
  GoneError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  type RequestProblem,
  TimeoutError,
  UnprocessableError,
} from './errors.js'
export type * from './generated/index.js'
export type {
  CallOptions,
  ClavigerOptions,
  FetchFunction,
  IncomingResponse,
  Logger,
  OutgoingRequest,
} from './options.js'
export type { ListPromise, Page } from './page.js'
export type { Deadline, Timing } from './timing.js'
export { version } from './version.js'
