import { getJsonWebKeySet, getJsonWebKeySetOf } from './get-json-web-key-set.js'
import { listSigningKeys } from './list-signing-keys.js'
import { rotateSigningKey } from './rotate-signing-key.js'

export const endpoints = [listSigningKeys, rotateSigningKey, getJsonWebKeySet, getJsonWebKeySetOf]

export { rotateDueKeys } from './rotate-due-keys.js'
export { signToken } from './sign-token.js'
export { createTokenVerifier } from './verify-token.js'
