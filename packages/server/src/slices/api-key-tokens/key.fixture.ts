import type { EnvironmentSettings } from '@claviger/contract'
import type { TestEnvironment, TestServer } from '@claviger/server/testing'
import { makeApi } from '../api-keys/api.fixture.js'

type Terms = Partial<Parameters<TestEnvironment['sdk']['apiKeys']['create']>[0]>

/** An environment with an API that keys can be for. */
export async function environmentWithApi(server: TestServer, settings: Partial<EnvironmentSettings> = {}) {
  const environment = await server.environment({ settings })
  const apiId = await makeApi(environment)
  const { audience } = await environment.sdk.apis.get(apiId)
  return {
    ...environment,
    apiId,
    audience,
    /** Makes a key that may read users. */
    async makeKey(terms: Terms = {}) {
      const made = await environment.sdk.apiKeys.create({
        apiId,
        name: 'Key',
        scopes: ['read:users'],
        ...terms,
      })
      return { id: made.apiKey.id, secret: made.secret }
    },
    /** Exchanges a key as its holder does, for a token or for why there is none. */
    async exchange(apiKey: string, rest: object = {}) {
      const answer = await environment.browser().post('/v1/api-keys/token', { apiKey, ...rest })
      return { ...answer, token: answer.body.token as string }
    },
  }
}
export type EnvironmentWithApi = Awaited<ReturnType<typeof environmentWithApi>>
