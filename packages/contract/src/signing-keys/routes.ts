import Type from 'typebox'
import { anyone, backend, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { systemErrors } from '../system/errors.js'
import { signingKeyErrors } from './errors.js'
import { signingKeyEvents } from './events.js'
import { JsonWebKeySet, SigningKey } from './schemas.js'

export const listSigningKeys = defineRoute({
  id: 'signingKeys.list',
  method: 'GET',
  path: '/v1/admin/signing-keys',
  summary: 'List the signing keys in the key set',
  access: backend('signing_keys:read'),
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('signingKeys', SigningKey),
  errors: [],
  emits: [],
})

export const rotateSigningKey = defineRoute({
  id: 'signingKeys.rotate',
  method: 'POST',
  path: '/v1/admin/signing-keys/rotate',
  summary: 'Publish the next signing key',
  description:
    'The new key is in the key set at once and signs after one hour, when verifiers have fetched it. ' +
    'The old key stays in the set for 24 h after that.',
  access: backend('signing_keys:write'),
  status: 201,
  response: Wrapped('signingKey', SigningKey),
  errors: [signingKeyErrors.rotation_in_progress],
  emits: [signingKeyEvents['signing_key.created']],
  idempotent: true,
})

export const getJsonWebKeySet = defineRoute({
  id: 'keySet.get',
  method: 'GET',
  path: '/.well-known/jwks.json',
  summary: 'The public keys that verify session tokens',
  description:
    'Of the environment that `x-publishable-key` names, else of the default environment. ' +
    'Verifiers may cache the answer for ten minutes.',
  access: anyone,
  status: 200,
  response: JsonWebKeySet,
  errors: [],
  emits: [],
})

export const getJsonWebKeySetOf = defineRoute({
  id: 'keySet.getOf',
  method: 'GET',
  path: '/environments/:projectSlug/:environmentName/.well-known/jwks.json',
  summary: 'The public keys of a named environment',
  description: 'For verifiers that can be given a base URL and nothing else.',
  access: anyone,
  params: {
    projectSlug: systemErrors.environment_not_found,
    environmentName: systemErrors.environment_not_found,
  },
  status: 200,
  response: JsonWebKeySet,
  errors: [],
  emits: [],
})
