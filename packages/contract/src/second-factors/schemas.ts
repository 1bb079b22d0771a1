import Type, { type Static } from 'typebox'
import { SignedIn } from '../authentication/schemas.js'
import { Nullable, Resource, Timestamp } from '../define/index.js'

export const SecondFactors = Resource('SecondFactors', 'What a user can prove itself by a second time.', {
  totpEnabledAt: Nullable(
    Type.String({ ...Timestamp, description: 'When its authenticator app was confirmed, if it has one.' }),
  ),
  recoveryCodesLeft: Type.Integer({ minimum: 0 }),
  required: Type.Boolean({
    description: 'Whether the environment or one of its organizations asks for one.',
  }),
})
export type SecondFactors = Static<typeof SecondFactors>

export const TotpEnrollment = Resource(
  'TotpEnrollment',
  'The secret for an authenticator app, shown once: 6 digits, 30 seconds, SHA-1 (RFC 6238).',
  {
    secret: Type.String({ description: 'In Base32, to be typed.' }),
    otpauthUri: Type.String({ description: 'The same as a URI, to be shown as a QR code.' }),
  },
)

export const RecoveryCodes = Resource('RecoveryCodes', 'Ten codes, shown once, each good once.', {
  recoveryCodes: Type.Array(Type.String()),
})

export const SignedInAndEnrolled = Resource(
  'SignedInAndEnrolled',
  'A session with its tokens, and the recovery codes of a second factor that was just confirmed.',
  { ...SignedIn.properties, ...RecoveryCodes.properties },
)

export const TotpCode = Type.String({
  pattern: '^[0-9]{6}$',
  description: 'What the authenticator app shows.',
})
export const RecoveryCode = Type.String({
  minLength: 16,
  maxLength: 40,
  description: 'Compared without case, spaces and hyphens.',
})
export const AnyCode = Type.String({
  minLength: 6,
  maxLength: 40,
  description: 'What the authenticator app shows, or a recovery code.',
})
export const PendingToken = Type.String({
  maxLength: 512,
  description: 'As `second_factor_required` answered it.',
})
