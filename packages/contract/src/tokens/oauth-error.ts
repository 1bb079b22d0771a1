import type { ErrorDefinition } from '../define/index.js'
import { tokenErrors } from './errors.js'

/** What an OAuth client is told of an error: one of the words that its standards have (RFC 6749 section 4.1.2.1). */
export function oauthError({ code, status }: ErrorDefinition): string {
  if (code in tokenErrors) return code
  if (status === 429 || status === 503) return 'temporarily_unavailable'
  return status >= 500 ? 'server_error' : 'invalid_request'
}
