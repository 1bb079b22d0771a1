import { createToken } from './create-token.js'
import {
  getAuthorizationServer,
  getAuthorizationServerOf,
  getOpenIdConfiguration,
} from './get-authorization-server.js'
import { introspectToken } from './introspect-token.js'
import type { TokenReader } from './recognize-token.js'
import { revokeToken } from './revoke-token.js'

export const endpointsWith = (reader: TokenReader) => [
  createToken,
  introspectToken(reader),
  revokeToken(reader),
  getAuthorizationServer,
  getAuthorizationServerOf,
  getOpenIdConfiguration,
]

export { holdPermissions } from './hold-permissions.js'
export { createTokenReader } from './recognize-token.js'
export { sweepRevokedTokens } from './store.js'
