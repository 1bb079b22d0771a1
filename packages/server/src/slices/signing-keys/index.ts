import { getJsonWebKeySet, getJsonWebKeySetOf } from './get-json-web-key-set.js'
import { listSigningKeys } from './list-signing-keys.js'
import { rotateSigningKey } from './rotate-signing-key.js'

export const endpoints = [listSigningKeys, rotateSigningKey, getJsonWebKeySet, getJsonWebKeySetOf]

export { currentSigner } from './keys.js'
export { rotateDueKeys } from './rotate-due-keys.js'
export { findPublicKey } from './store.js'
