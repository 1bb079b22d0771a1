import type { Schema } from './document.js'

const id = '01890a5d-ac96-774b-bcce-b302099a8057'

/** What a field of this name looks like in practice. A name that is not here gets a value of its type. */
const values: Readonly<Record<string, unknown>> = {
  activeOrgId: id,
  alg: 'ES256',
  allowedOrigins: 'https://app.example.com',
  crv: 'P-256',
  createdBy: id,
  detail: 'The server answers with a sentence.',
  did: `did:claviger:${id}`,
  email: 'ada@example.com',
  endedAt: null,
  environmentName: 'live',
  expiresAt: '2026-12-22T09:30:00.000Z',
  externalId: 'customer-1017',
  identifier: 'ada@example.com',
  ipAddress: '203.0.113.7',
  isBanned: false,
  kid: id,
  kty: 'EC',
  lastActiveAt: '2026-11-22T10:12:05.250Z',
  lastUsedAt: '2026-11-22T10:12:05.250Z',
  lengthMin: 10,
  limit: 50,
  membersPerOrganizationMax: 100,
  name: 'Acme',
  rpId: 'example.com',
  nextCursor: null,
  offset: 0,
  orgRole: 'owner',
  otpauthUri:
    'otpauth://totp/acme:ada@example.com?issuer=acme&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
  phoneNumber: '+4915112345678',
  pendingToken: 'AWk3…',
  prefix: 'sk_test_4fTq9Lw2',
  privateMetadata: {},
  projectSlug: 'default',
  publicMetadata: { tier: 'gold' },
  reason: 'tos_violation',
  recoveryCodes: 'q7fd-2mzk-9xwa-4hce',
  refreshToken: 'AAAAAQ…',
  requestId: id,
  scopes: 'openid',
  secret: 'sk_test_4fTq9Lw2…',
  sessionLifetimeSeconds: 2_592_000,
  sessionToken: 'eyJhbGciOiJFUzI1NiJ9…',
  sessionTokenExpiresAt: '2026-11-22T09:31:00.000Z',
  sessions: 2,
  slug: 'acme',
  token: 'inv_…',
  ts: 1_795_339_800_000,
  unsafeMetadata: {},
  uptimeSeconds: 86_400,
  use: 'sig',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  username: 'ada',
  version: '0.1.0',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

/** A plausible value of a schema, always the same one, so that the generated documents are reproducible. */
export function exampleOf(schema: object, name = ''): unknown {
  const {
    anyOf,
    const: constant,
    enum: options,
    examples,
    items,
    properties,
    required,
    type,
  } = schema as Schema
  if (Array.isArray(examples)) return examples[0]
  if (constant !== undefined) return constant
  if (Array.isArray(options)) return options[0]
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0], name)
  if (items) return [exampleOf(items, name)]
  if (properties && !isNullable(type)) return exampleOfObject(properties as object, required)
  if (name in values) return values[name]
  if (isNullable(type)) return null
  return exampleOfType(schema as Schema)
}

function exampleOfObject(properties: object, required: unknown): Record<string, unknown> {
  const shown = Object.entries(properties).filter(([field]) =>
    (required as string[] | undefined)?.includes(field),
  )
  return Object.fromEntries(shown.map(([field, schema]) => [field, exampleOf(schema, field)]))
}

function exampleOfType({ format, maximum, minimum, type }: Schema): unknown {
  if (format === 'uuid') return id
  if (format === 'date-time') return '2026-11-22T09:30:00.000Z'
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return minimum ?? maximum ?? 1
  if (type === 'object') return {}
  return '…'
}

function isNullable(type: unknown): boolean {
  return Array.isArray(type) && type.includes('null')
}
