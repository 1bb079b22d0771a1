import Type from 'typebox'
import { defineEvents, Wrapped } from '../define/index.js'
import { Passkey } from './schemas.js'

const data = Wrapped('passkey', Passkey)

export const passkeyEvents = defineEvents({
  'passkey.created': { summary: 'A user registered a passkey.', data },
  'passkey.updated': { summary: 'A passkey was renamed.', data },
  'passkey.deleted': { summary: 'A passkey was deleted, and signs nobody in any more.', data },
  'passkey.sign_count_fell': {
    summary: 'A sign-in was refused because its passkey counted less than before: there may be a copy of it.',
    data: Type.Object({
      passkey: Passkey,
      storedCount: Type.Integer({ description: 'The count of the last sign-in.' }),
      presentedCount: Type.Integer({ description: 'The count that came now.' }),
    }),
  },
})
