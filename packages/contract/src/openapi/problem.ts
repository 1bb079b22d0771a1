import type { ErrorDefinition } from '../define/index.js'
import { oauthError } from '../tokens/oauth-error.js'
import type { Example, Schema } from './document.js'
import { exampleOf } from './example.js'

/** The body of every error: RFC 9457, and the members that clients of other vendors read. */
export const problemSchema: Schema = {
  title: 'Problem',
  description:
    'What went wrong (RFC 9457). Decide by `code`, which is permanent. Show `detail` to who can act on it.',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'message', 'code', 'requestId', 'statusCode', 'error'],
  properties: {
    type: { type: 'string', format: 'uri', description: '`urn:claviger:error:` and the code.' },
    title: { type: 'string', description: 'A short summary that never changes for a code.' },
    status: { type: 'integer', description: 'The HTTP status.' },
    detail: { type: 'string', description: 'A sentence that says what to do about this occurrence.' },
    message: {
      type: 'string',
      description: 'The same sentence again, or the word that existing clients compare, where there is one.',
    },
    code: { type: 'string', description: 'The public, permanent name of the error.' },
    requestId: { type: 'string', description: 'The `X-Request-Id` of the answer, to find it in the log by.' },
    statusCode: { type: 'integer', description: 'The HTTP status again, for existing clients.' },
    error: { type: 'string', description: 'The name of the HTTP status, for existing clients.' },
    errors: {
      type: 'array',
      description: 'Every problem of an invalid request.',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            description: 'Where, as a JSON Pointer (RFC 6901): into the body, or below `/query`.',
          },
          code: { type: 'string', description: 'The rule that was broken.' },
          detail: { type: 'string', description: 'A sentence that says what the rule asks for.' },
        },
      },
    },
  },
}

/** The body of every refusal to an OAuth client (RFC 6749 section 5.2). */
export const oauthErrorSchema: Schema = {
  title: 'OAuthError',
  description: 'Why an OAuth client was refused. Decide by `error`; `X-Request-Id` finds it in the log.',
  type: 'object',
  required: ['error', 'error_description'],
  properties: {
    error: { type: 'string', description: 'The public, permanent name of the error.' },
    error_description: { type: 'string', description: 'A sentence that says what to do about it.' },
  },
}

/** The same with the words that one answer may carry. */
export function oauthErrorOf(errors: readonly ErrorDefinition[]): Schema {
  const words = [...new Set(errors.map(oauthError))]
  return {
    allOf: [
      { $ref: '#/components/schemas/OAuthError' },
      { type: 'object', properties: { error: { type: 'string', enum: words } } },
    ],
  }
}

/** The problem schema with the status and the codes that one answer may carry. */
export function problemOf(status: number, errors: readonly ErrorDefinition[]): Schema {
  return {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      {
        type: 'object',
        properties: {
          status: { type: 'integer', const: status },
          code: { type: 'string', enum: errors.map((error) => error.code) },
          ...Object.assign({}, ...errors.map((error) => error.extensions)),
        },
      },
    ],
  }
}

/** One occurrence of an error, with its sentence filled in. */
export function problemExample(error: ErrorDefinition): Example {
  const detail = filled(error.detail)
  return {
    summary: error.title,
    value: {
      type: `urn:claviger:error:${error.code}`,
      title: error.title,
      status: error.status,
      detail,
      message: error.message ?? detail,
      code: error.code,
      requestId: occurrence.requestId,
      statusCode: error.status,
      error: statusNames[error.status],
      ...Object.fromEntries(
        Object.entries(error.extensions ?? {}).map(([name, schema]) => [name, exampleOf(schema, name)]),
      ),
      ...(error.code === 'invalid_request' ? { errors: [invalidField] } : {}),
    },
  }
}

const occurrence: Readonly<Record<string, string>> = {
  audience: 'https://api.weather.example.com',
  activatesAt: '2026-11-22T10:30:00.000Z',
  bucket: 'publicMetadata',
  confirmation: 'shop',
  email: 'ada@example.com',
  environment: 'default/staging',
  environmentName: 'test',
  excess: 'the caller lacks the permission `users:write`',
  expected: 'an administrator',
  externalId: 'customer-1017',
  kind: 'secret key',
  host: '203.0.113.7',
  lengthMin: '10',
  phoneNumber: '+4915112345678',
  limit: '1048576',
  membersMax: '100',
  method: 'GET',
  missing: 'a digit',
  origin: 'https://other.example.com',
  path: '/v1/admin/user',
  permission: 'users:write',
  problem: 'unexpected end of input',
  problems: '/email must match format "email"',
  replacedById: '01890a5d-ac96-774b-bcce-b302099a8057',
  requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
  retryAfterSeconds: '30',
  role: 'owner',
  passkeysMax: '50',
  keysMax: '100',
  owner: 'organization',
  sizeBytesMax: '8192',
  key: 'google',
  reason: 'access_denied',
  scope: 'read:forecasts',
  slug: 'acme',
  type: 'spa',
  username: 'ada',
  verificationCode: 'revoked',
}

const invalidField = { pointer: '/email', code: 'format', detail: 'must match format "email"' }

/** A name without a sample stays as it is written in the contract, which is readable too. */
function filled(sentence: string): string {
  return sentence.replace(/\{(\w+)\}/g, (written, name: string) => occurrence[name] ?? written)
}

/** As Node spells them, which is what the server sends and existing clients know. */
const statusNames: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}
