export { createKinde, type Kinde, type KindeOptions } from './kinde.js'
export { KindeError, type KindeErrorItem } from './kinde-error.js'
export type { ApiKeyVerification } from './verification.js'
