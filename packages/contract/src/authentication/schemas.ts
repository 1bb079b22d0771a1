import Type, { type Static } from 'typebox'
import { EmailAddress, Id, Resource, Timestamp } from '../define/index.js'

export const Credentials = {
  email: EmailAddress,
  password: Type.String({ minLength: 1, maxLength: 1024 }),
}

/** What is typed off a mail or an SMS. */
export const Code = Type.String({ pattern: '^[0-9]{6}$' })

/** The tokens ride in cookies for browsers and in the body for every other client. */
export const SignedIn = Resource('SignedIn', 'A session with its tokens.', {
  userId: Id,
  sessionId: Id,
  sessionToken: Type.String({
    description:
      'The session JWT; also the cookie `__session`. It is valid for 60 s, for 15 minutes where it is an ' +
      'administrator’s.',
  }),
  sessionTokenExpiresAt: Timestamp,
  refreshToken: Type.String({ description: 'Good for one refresh; also the cookie `__client`.' }),
  expiresAt: Timestamp,
})
export type SignedIn = Static<typeof SignedIn>
