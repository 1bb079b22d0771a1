/** A variable of the environment that configures the server, as the reference lists it. */
export interface Variable {
  readonly name: string
  readonly description: string
  readonly default: string
  /** Whether `<NAME>_FILE` may name a file that holds the value instead. */
  readonly secret?: boolean
}

/** Everything that can be configured. Nothing has to be. */
export const variables = [
  {
    name: 'CLAVIGER_PORT',
    description: 'The port to listen on, 0–65535; 0 takes a free one.',
    default: '8080',
  },
  {
    name: 'CLAVIGER_HOST',
    description: 'The address to listen on. `0.0.0.0` listens on every interface.',
    default: '127.0.0.1',
  },
  {
    name: 'CLAVIGER_PUBLIC_URL',
    description:
      'The URL that clients reach the server at: issuer of tokens, base of every link, and whether cookies are `Secure`.',
    default: 'http://localhost:<port>',
  },
  {
    name: 'CLAVIGER_DATA_DIR',
    description: 'Where the private database, the master key and the log are kept.',
    default: '.claviger',
  },
  {
    name: 'CLAVIGER_DATABASE_URL',
    description: 'An existing PostgreSQL 15 or newer, instead of the private one.',
    default: 'a private PostgreSQL in the data directory',
    secret: true,
  },
  {
    name: 'CLAVIGER_DATABASE_DIRECT_URL',
    description:
      'The same database past its pooler, for migrations and jobs. Needed with `transaction` pooling.',
    default: 'CLAVIGER_DATABASE_URL',
    secret: true,
  },
  {
    name: 'CLAVIGER_DATABASE_POOLING',
    description: '`session`, or `transaction` behind PgBouncer in transaction mode.',
    default: 'session',
  },
  {
    name: 'CLAVIGER_DATABASE_CONNECTIONS',
    description: 'Connections for transactions, 1–200; four more serve reads, one more counts.',
    default: '12',
  },
  {
    name: 'CLAVIGER_MASTER_KEY',
    description: '32 bytes in hex or base64 that seal secrets at rest. Every node needs the same one.',
    default: 'made at first start and kept in the data directory',
    secret: true,
  },
  {
    name: 'CLAVIGER_SETUP_TOKEN',
    description: 'The token of the dashboard link that the first start prints.',
    default: 'made at first start and kept in the data directory',
    secret: true,
  },
  {
    name: 'CLAVIGER_DEFAULT_ENVIRONMENT',
    description: 'The environment of requests that name none, as `<project slug>/<environment>`.',
    default: 'default/live',
  },
  {
    name: 'CLAVIGER_TRUSTED_PROXIES',
    description: 'Addresses or CIDR ranges, comma-separated, whose `X-Forwarded-For` is believed.',
    default: 'none',
  },
  {
    name: 'CLAVIGER_SMTP_URL',
    description:
      'The server that sends mail, as `smtp://user:password@host:587` or `smtps://…`. Without one, mails are kept: see `claviger mailbox`.',
    default: 'none',
    secret: true,
  },
  {
    name: 'CLAVIGER_EMAIL_FROM',
    description: 'The sender of mails, as `id@example.com` or `Example <id@example.com>`.',
    default: 'no-reply@<host of the public URL>',
  },
  {
    name: 'CLAVIGER_SMS_HOOK_URL',
    description:
      'Where text messages are posted to, to be sent as SMS. Without one, they are kept: see `claviger mailbox`.',
    default: 'none',
    secret: true,
  },
  {
    name: 'CLAVIGER_SMS_HOOK_SECRET',
    description:
      'What signs the messages to that hook (Standard Webhooks): `whsec_` and 24–64 bytes in base64. Needed with the URL.',
    default: 'none',
    secret: true,
  },
  {
    name: 'CLAVIGER_BREACHED_PASSWORDS_URL',
    description:
      'A service that knows leaked passwords by the range protocol of Have I Been Pwned, such as `https://api.pwnedpasswords.com/range`.',
    default: 'none: no password is refused for having leaked',
    secret: true,
  },
  {
    name: 'CLAVIGER_EVM_RPC_URLS',
    description:
      'Nodes of blockchains, comma-separated, as `<chain id>=<https URL>`: for wallets, which do not exist yet, so read and checked only.',
    default: 'none',
    secret: true,
  },
  {
    name: 'CLAVIGER_OUTGOING_ALLOW',
    description:
      'Addresses or CIDR ranges, comma-separated, that the server may ask over HTTP although they are not on the internet.',
    default: 'none',
  },
  {
    name: 'CLAVIGER_WORKER',
    description: '`on`, or `off` on nodes that only answer requests.',
    default: 'on',
  },
  {
    name: 'CLAVIGER_REQUESTS_PER_MINUTE',
    description: 'Requests a minute that one secret key may make on one node, 1–100000000.',
    default: '600000',
  },
  {
    name: 'CLAVIGER_LOG_LEVEL',
    description:
      '`debug`, `info`, `warn`, `error` or `silent`. Every request is a line at `info`, but answered verifications of ' +
      'keys at `debug`.',
    default: 'info',
  },
  {
    name: 'CLAVIGER_LOG_DESTINATION',
    description: '`file` for claviger.log in the data directory, or `stdout`.',
    default: 'file',
  },
] as const satisfies readonly Variable[]

export type VariableName = (typeof variables)[number]['name']
