import * as library from '@kinde/management-api-js'

// biome-ignore lint/suspicious/noExplicitAny: a test states what it expects to find.
type Operation = (data?: object) => Promise<any>
type Operations<Name extends string> = Readonly<Record<Name, Operation>>

interface Published {
  init(config: { kindeDomain: string; clientId: string; clientSecret: string }): void
  getToken(): Promise<string>
  checkAudience(token: string, audience: string): boolean
  readonly ApiError: new () => Error
  readonly ApiKeys: Operations<
    'getApiKeys' | 'createApiKey' | 'getApiKey' | 'rotateApiKey' | 'deleteApiKey' | 'verifyApiKey'
  >
  readonly Apis: Operations<
    | 'getApis'
    | 'addApis'
    | 'getApi'
    | 'deleteApi'
    | 'getApiScopes'
    | 'addApiScope'
    | 'getApiScope'
    | 'updateApiScope'
    | 'deleteApiScope'
    | 'updateApiApplications'
    | 'addApiApplicationScope'
    | 'deleteApiApplicationScope'
  >
  readonly Applications: Operations<
    'createApplication' | 'getApplications' | 'getApplication' | 'updateApplication' | 'deleteApplication'
  >
}

/**
 * Kinde's own client, unmodified. Its declarations name their files without extensions, which Node's rules for
 * modules do not resolve: what the tests use of it is told here.
 */
export const published = library as unknown as Published
