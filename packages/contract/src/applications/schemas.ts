import Type, { type Static } from 'typebox'
import { ScopeKey } from '../apis/schemas.js'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const ApplicationType = OneOf(['m2m', 'reg', 'spa', 'device'], {
  description:
    '`m2m`: a service that gets tokens with its client credentials. `reg` (a web application with a backend), `spa` ' +
    'and `device` are kept for what they are, and get none.',
})

export const ApplicationName = Type.String({ minLength: 1, maxLength: 100 })

export const tokenLifetimeSecondsDefault = 3_600
export const TokenLifetimeSeconds = Type.Integer({
  minimum: 60,
  maximum: 86_400,
  description: `For how long its access tokens are valid; ${tokenLifetimeSecondsDefault} when absent.`,
})

/** All scopes of an API, or those that are named. */
export const GrantedScopes = Type.Unsafe<'*' | string[]>({
  anyOf: [{ const: '*' }, { type: 'array', items: ScopeKey, maxItems: 200, uniqueItems: true }],
  description: '`*` for all, those to come too, or the keys of some.',
})

export const ApplicationApi = Resource('ApplicationApi', 'An API that an application may get tokens for.', {
  apiId: Id,
  scopes: GrantedScopes,
})
export type ApplicationApi = Static<typeof ApplicationApi>

export const Application = Resource('Application', 'An OAuth client, without its secret.', {
  id: Id,
  clientId: Type.String({ format: 'uuid', description: 'The `client_id` of OAuth: the same as `id`.' }),
  name: Type.String(),
  type: ApplicationType,
  enabled: Type.Boolean({ description: 'False: it gets no tokens, and those that it has are refused.' }),
  tokenLifetimeSeconds: Type.Integer({ description: 'For how long its access tokens are valid.' }),
  apis: Type.Array(ApplicationApi),
  previousSecretEndsAt: Nullable(
    Type.String({ format: 'date-time', description: 'Until when the secret before a rotation works.' }),
  ),
  createdBy: Type.String({ description: 'The id of the administrator, secret key or application.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Application = Static<typeof Application>
