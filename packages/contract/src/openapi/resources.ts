interface Resource {
  readonly displayName: string
  readonly description: string
}

/** The chapters of the reference in reading order: who calls, then what there is to call. */
const chapters: Readonly<Record<string, Readonly<Record<string, Resource>>>> = {
  'For your backend': {
    users: {
      displayName: 'Users',
      description:
        'People, or what acts as one, in one environment: find, create, change, ban and delete them, with their ' +
        'devices and lockouts.',
    },
    sessions: { displayName: 'Sessions', description: 'Signed-in clients of users: see them, end them.' },
    organizations: { displayName: 'Organizations', description: 'Groups of users, seen from the backend.' },
    memberships: { displayName: 'Memberships', description: 'Who belongs to an organization, and as what.' },
    invitations: {
      displayName: 'Invitations',
      description: 'Offers to an email address to join an organization. A token is shown once and used once.',
    },
    identityProviders: {
      displayName: 'Identity providers',
      description: 'Where users may sign in with an account they already have: OpenID Connect, and GitHub.',
    },
    imports: {
      displayName: 'Imports',
      description:
        'Users of another system, in batches: with the passwords they have, and as often as it takes.',
    },
    events: {
      displayName: 'Events',
      description:
        'What happened, written in the transaction that did it: nothing is missing, nothing is made up.',
    },
    environment: {
      displayName: 'Environment',
      description: 'The settings of the environment of the credential.',
    },
    apiKeys: {
      displayName: 'API keys',
      description:
        'Keys that customers call your own APIs with: with scopes, limits, credits and an end. Verified on every ' +
        'call, counted exactly, and never stale.',
    },
    apiKeyTokens: {
      displayName: 'API key tokens',
      description:
        'Tokens of a few minutes that stand for an API key, and that an API verifies without asking.',
    },
    apiKeyRevocations: {
      displayName: 'API key revocations',
      description: 'The signed list of keys whose tokens are not to be accepted any more.',
    },
    portalLinks: {
      displayName: 'Portal links',
      description: 'Links to a page of this server on which your customers manage their own API keys.',
    },
    secretKeys: {
      displayName: 'Secret keys',
      description:
        'Credentials of backends and publishable keys of browsers: with permissions, limits and an end, disabled, ' +
        'rotated without a gap, and revoked for good. A secret is shown once.',
    },
    apis: {
      displayName: 'APIs',
      description:
        'APIs of your own, by the audience of their tokens. One is there from the beginning: that of this server.',
    },
    apiScopes: { displayName: 'Scopes', description: 'What an API lets its callers do, one by one.' },
    applications: {
      displayName: 'Applications',
      description:
        'Services that get access tokens with their client credentials, and which APIs each may get them for.',
    },
    tokens: {
      displayName: 'Access tokens',
      description:
        'OAuth 2: tokens for client credentials (RFC 6749 section 4.4, RFC 9068), what one is (RFC 7662), and its end ' +
        '(RFC 7009). Bodies are forms, refusals are `{ error, error_description }`.',
    },
    signingKeys: {
      displayName: 'Signing keys',
      description: 'The keys that sign session tokens, and their rotation.',
    },
  },
  'For your end users': {
    authentication: {
      displayName: 'Authentication',
      description: 'Signing up, in and out, with a password, a passkey or a code, and fresh session tokens.',
    },
    secondFactors: {
      displayName: 'Second factors',
      description:
        'Codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day it is lost.',
    },
    oauth: {
      displayName: 'Sign-in with a provider',
      description: 'Where a browser goes to sign in with an account at an identity provider, and comes back.',
    },
    me: {
      displayName: 'Me',
      description: 'The signed-in user, its phone number, sessions, devices, passkeys and identities.',
    },
    orgs: {
      displayName: 'My organizations',
      description: 'The organizations of the signed-in user. Its role in each decides what it may do.',
    },
    portal: {
      displayName: 'Portal',
      description: 'What the page behind a portal link is made of. Its cookie opens nothing else.',
    },
  },
  'For administrators': {
    instance: {
      displayName: 'Instance',
      description:
        'The first administrator of an installation, and how administrators sign in: with sessions, passkeys and ' +
        'second factors as users have them, but apart from those of every project.',
    },
    administrators: {
      displayName: 'Administrators',
      description:
        'Who administers this installation: all of it, or some of its projects. They are invited by mail.',
    },
    projects: {
      displayName: 'Projects',
      description:
        'The products of this installation: create, change, delete and recover them, or remove them for good.',
    },
    environments: {
      displayName: 'Environments',
      description: 'The environments of a project, `live` and `test`.',
    },
    instanceEvents: {
      displayName: 'Events of the installation',
      description: 'What happened to projects and environments as such. It stays when they are gone.',
    },
    emails: {
      displayName: 'Emails',
      description: 'Mails to users and what became of them; the mailbox, where no SMTP server is configured.',
    },
    textMessages: {
      displayName: 'Text messages',
      description:
        'Text messages (SMS) to users and what became of them; the mailbox, where no hook is configured.',
    },
  },
  'For anyone': {
    keySet: { displayName: 'Key set', description: 'The public keys that verify session tokens (RFC 7517).' },
    authorizationServer: {
      displayName: 'Authorization server',
      description: 'Where OAuth clients find the endpoints above (RFC 8414).',
    },
    health: { displayName: 'Health', description: 'Whether the server lives, and how each part of it is.' },
  },
}

export const resourceGroups = Object.entries(chapters).map(([name, resources]) => ({
  name,
  tags: Object.keys(resources),
}))

export const resources: readonly (Resource & { readonly name: string })[] = Object.values(chapters).flatMap(
  (chapter) => Object.entries(chapter).map(([name, resource]) => ({ name, ...resource })),
)
