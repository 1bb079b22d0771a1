import Type from 'typebox'
import { anyone, Body, defineRoute } from '../define/index.js'
import { systemErrors } from '../system/errors.js'
import { apiKeyTokenErrors } from './errors.js'
import {
  ApiKeyRevocations,
  ApiKeyToken,
  keyTokenLifetimeSecondsDefault,
  keyTokenLifetimeSecondsMax,
  keyTokenLifetimeSecondsMin,
} from './schemas.js'

export const exchangeApiKey = defineRoute({
  id: 'apiKeyTokens.exchange',
  method: 'POST',
  path: '/v1/api-keys/token',
  summary: 'Exchange an API key for a token that its API verifies by itself',
  description:
    'For whoever holds the key, in the environment that `x-publishable-key` or `Claviger-Environment` names, else in ' +
    'the default one. It is one verification: with every check, counted and paid for as every other.',
  access: anyone,
  body: Body(
    {
      apiKey: Type.String({ minLength: 1, maxLength: 512 }),
      audience: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 256,
          description: 'The audience that the token is wanted for. A key of another API is refused.',
        }),
      ),
      lifetimeSeconds: Type.Optional(
        Type.Integer({
          minimum: keyTokenLifetimeSecondsMin,
          maximum: keyTokenLifetimeSecondsMax,
          description: `${keyTokenLifetimeSecondsDefault} when absent.`,
        }),
      ),
    },
    { examples: [{ apiKey: 'k_live_…', lifetimeSeconds: keyTokenLifetimeSecondsDefault }] },
  ),
  status: 200,
  response: ApiKeyToken,
  errors: [apiKeyTokenErrors.api_key_refused],
  emits: [],
  limits: [
    {
      by: 'address',
      requestsMax: 120,
      windowSeconds: 60,
      error: apiKeyTokenErrors.api_key_exchange_rate_limited,
    },
  ],
})

export const getApiKeyRevocations = defineRoute({
  id: 'apiKeyRevocations.get',
  method: 'GET',
  path: '/.well-known/api-keys/revocations',
  summary: 'Keys that ended while tokens of them may be about',
  description:
    'Of the environment that `x-publishable-key` names, else of the default environment. It holds what was revoked, ' +
    'deleted, disabled, rotated, cut short or lost its owner within the longest life of a token, so it is short: poll ' +
    'it every few seconds, with its `ETag`.',
  access: anyone,
  status: 200,
  response: ApiKeyRevocations,
  etag: true,
  errors: [],
  emits: [],
})

export const getApiKeyRevocationsOf = defineRoute({
  id: 'apiKeyRevocations.getOf',
  method: 'GET',
  path: '/environments/:projectSlug/:environmentName/.well-known/api-keys/revocations',
  summary: 'The same of a named environment',
  description: 'For verifiers that can be given a base URL and nothing else.',
  access: anyone,
  params: {
    projectSlug: systemErrors.environment_not_found,
    environmentName: systemErrors.environment_not_found,
  },
  status: 200,
  response: ApiKeyRevocations,
  etag: true,
  errors: [],
  emits: [],
})
