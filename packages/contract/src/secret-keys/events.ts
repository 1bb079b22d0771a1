import Type from 'typebox'
import { defineEvents, Nullable, Wrapped } from '../define/index.js'
import { SecretKey } from './schemas.js'

const aboutKey = Wrapped('secretKey', SecretKey)
const withReason = Type.Object({ secretKey: SecretKey, reason: Nullable(Type.String()) })

export const secretKeyEvents = defineEvents({
  'secret_key.created': { summary: 'A key was made.', data: aboutKey },
  'secret_key.updated': { summary: 'Fields of a key were changed.', data: aboutKey },
  'secret_key.disabled': { summary: 'A key was disabled until further notice.', data: aboutKey },
  'secret_key.enabled': { summary: 'A disabled key was enabled again.', data: aboutKey },
  'secret_key.deprecated': { summary: 'A key was given an end.', data: withReason },
  'secret_key.rotated': {
    summary: 'A key was replaced by a new one and is deprecated.',
    data: Type.Object({ secretKey: SecretKey, replacement: SecretKey }),
  },
  'secret_key.revoked': { summary: 'A key was revoked for good.', data: withReason },
  'secret_key.deleted': { summary: 'A key was revoked and taken off the list.', data: aboutKey },
})
