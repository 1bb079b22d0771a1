import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const PasswordPolicy = Resource('PasswordPolicy', 'What a password chosen by a person must satisfy.', {
  lengthMin: Type.Integer({
    minimum: 8,
    maximum: 128,
    description: 'In characters, after NFKC normalisation.',
  }),
  uppercase: Type.Boolean({ description: 'At least one upper-case letter.' }),
  lowercase: Type.Boolean({ description: 'At least one lower-case letter.' }),
  digit: Type.Boolean({ description: 'At least one digit.' }),
  symbol: Type.Boolean({ description: 'At least one character that is neither letter nor digit.' }),
  refuseBreached: Type.Optional(
    Type.Boolean({
      description:
        'Not one that leaked elsewhere, where the server has `CLAVIGER_BREACHED_PASSWORDS_URL`; true when absent. ' +
        'Asked of people, not of backends.',
    }),
  ),
})

/** One allowed origin: scheme, host and optional port; `:*` stands for any port. RFC 6454 section 6.2. */
export const Origin = Type.String({
  pattern: '^https?://[a-zA-Z0-9.-]+(:([0-9]{1,5}|\\*))?$',
  maxLength: 255,
})

/** A page of the product. The fragment is where the token goes: it is in no log and no referrer. */
const LinkPage = Type.String({
  pattern: '^(https://[a-zA-Z0-9.-]+|http://localhost)(:[0-9]{1,5})?(/[^\\s#\\\\]*)?$',
  maxLength: 500,
})

export const EnvironmentLinks = Resource(
  'EnvironmentLinks',
  'Where the links in mails lead, each to `<page>#token=…`; a page of this server where none is set.',
  {
    magicLink: Type.Optional(LinkPage),
    passwordReset: Type.Optional(LinkPage),
    emailVerification: Type.Optional(LinkPage),
    invitation: Type.Optional(LinkPage),
  },
)

export const EnvironmentSettings = Resource('EnvironmentSettings', 'How an environment behaves.', {
  allowedOrigins: Type.Array(Origin, {
    maxItems: 100,
    description: 'The origins whose pages may call the end-user API with cookies.',
  }),
  passwordPolicy: PasswordPolicy,
  sessionLifetimeSeconds: Type.Integer({
    minimum: 300,
    maximum: 31_536_000,
    description: 'How long a session lives, counted from sign-in.',
  }),
  sessionIdleSeconds: Nullable(
    Type.Integer({
      minimum: 300,
      maximum: 31_536_000,
      description: 'How long a session lives without a refresh; null: as long as it lives at all.',
    }),
  ),
  signingAlgorithm: OneOf(['ES256', 'RS256'], {
    description: 'The algorithm of session tokens from the next signing key on.',
  }),
  passkeys: Nullable(
    Type.Object(
      {
        rpId: Type.String({
          pattern: '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z]([a-z0-9-]*[a-z0-9])?$',
          maxLength: 253,
          description: 'The domain that passkeys belong to. Passkeys of another one stop working.',
        }),
        origins: Type.Optional(
          Type.Array(Origin, { maxItems: 100, description: 'Further origins whose pages may use passkeys.' }),
        ),
      },
      {
        additionalProperties: false,
        description:
          'Null: the host of the server. Pages of the server and of `allowedOrigins` may use passkeys where ' +
          'they are below `rpId`.',
      },
    ),
  ),
  secondFactor: OneOf(['optional', 'required'], {
    description:
      'Whether every user must prove a second factor; whoever has none enrols at the next sign-in.',
  }),
  newDeviceEmails: Type.Boolean({
    description: 'Whether a user is told by mail of a sign-in on a device that is new to the account.',
  }),
  links: EnvironmentLinks,
  selfServiceApiKeys: Type.Object(
    {
      users: Type.Boolean({ description: 'Users: keys of their own.' }),
      organizations: Type.Boolean({ description: 'Owners and admins: keys of their organization.' }),
    },
    { additionalProperties: false, description: 'Who may make and end API keys without the backend.' },
  ),
  membersPerOrganizationMax: Nullable(
    Type.Integer({
      minimum: 1,
      description: 'Members and pending invitations of one organization; null: no cap.',
    }),
  ),
})
export type EnvironmentSettings = Static<typeof EnvironmentSettings>

export const EnvironmentName = OneOf(['live', 'test'])

export const Environment = Resource('Environment', 'The level that owns all identity data.', {
  id: Id,
  projectId: Id,
  projectSlug: Type.String(),
  name: EnvironmentName,
  settings: EnvironmentSettings,
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Environment = Static<typeof Environment>
