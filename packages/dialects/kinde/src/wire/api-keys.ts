import { type ApiKey, api, type Caller, type DialectRoute, type DialectSetting } from '@claviger/contract'
import { badIfUnknown, invalid } from './errors.js'
import { type Fields, fieldsOf, given } from './fields.js'
import { apiId, apiKeyId, orgCode, read, userId } from './ids.js'
import { keyOf, keyTypes, statuses } from './key.js'
import { answer, ok, route } from './route.js'

const listApiKeys = route('read:api_keys', {
  method: 'GET',
  path: '/api/v1/api_keys',
  async handle({ query }, call, setting) {
    const { apiKeys, hasMore } = await pageOfKeys(fieldsOf(query), call, setting)
    return ok({ has_more: hasMore, api_keys: apiKeys.map(keyOf) })
  },
})

/** A page by Kinde's filters. A status that stands for several of ours is read once for each, and put in order. */
async function pageOfKeys(fields: Fields, call: Caller, setting: DialectSetting) {
  const limit = fields.pageSize(50)
  const status = fields.oneOf('status', ['active', 'inactive', 'revoked'])
  const startingAfter = fields.text('starting_after')
  const filter = given({
    limit,
    owner: fields.oneOf('key_type', keyTypes),
    userId: read(userId, fields.text('user_id')),
    organizationId: read(orgCode, fields.text('org_code')),
    after: startingAfter && (await cursorAfter(startingAfter, call, setting)),
  })
  const ours = status === undefined ? [undefined] : statuses[status]
  const pages = await Promise.all(
    ours.map((each) => call(api.apiKeys.listApiKeys, { query: { ...filter, ...given({ status: each }) } })),
  )
  const apiKeys = pages.flatMap((page) => page.apiKeys).sort(newestFirst)
  const hasMore = apiKeys.length > limit || pages.some(({ nextCursor }) => nextCursor !== null)
  return { apiKeys: apiKeys.slice(0, limit), hasMore }
}

async function cursorAfter(keyId: string, call: Caller, { cursorAfter }: DialectSetting): Promise<string> {
  const params = { apiKeyId: apiKeyId.read(keyId) }
  const { apiKey } = await call(api.apiKeys.getApiKey, { params }).catch((refusal) => {
    throw refusal.status === 404 ? invalid('`starting_after` must be the id of an API key.') : refusal
  })
  return cursorAfter(apiKey)
}

function newestFirst(a: ApiKey, b: ApiKey): number {
  const [first, second] = [b, a].map(({ createdAt, id }) => createdAt + id) as [string, string]
  return first < second ? -1 : 1
}

const createApiKey = route('create:api_keys', {
  method: 'POST',
  path: '/api/v1/api_keys',
  async handle({ body }, call) {
    const fields = fieldsOf(body)
    const asked = {
      name: fields.required('name'),
      apiId: apiId.read(fields.required('api_id')),
      // Their ids in Kinde's spelling, or their keys: the operation reads both.
      scopes: [...new Set(fields.texts('scope_ids'))],
      ...given(ownerOf(fields)),
    }
    const { apiKey, secret } = await call(api.apiKeys.createApiKey, { body: asked }).catch(
      badIfUnknown('unknown_api', 'unknown_owner'),
    )
    return answer(201, 'API_KEY_CREATED', 'API key created', {
      api_key: { id: apiKeyId.of(apiKey.id), key: secret },
    })
  },
})

/** Whose the new key is: what `type` says must be named, and is what is named where nothing is said. */
function ownerOf(fields: Fields) {
  const type = fields.oneOf('type', keyTypes)
  const user = fields.text('user_id')
  const organization = fields.text('org_code')
  if (type === 'user' && !user) throw invalid('A key of the type user needs `user_id`.')
  if (type === 'organization' && !organization)
    throw invalid('A key of the type organization needs `org_code`.')
  if (type === 'environment' && (user || organization))
    throw invalid('A key of the type environment has neither `user_id` nor `org_code`.')
  return { userId: read(userId, user), organizationId: read(orgCode, organization) }
}

const getApiKey = route('read:api_keys', {
  method: 'GET',
  path: '/api/v1/api_keys/:keyId',
  async handle({ params }, call) {
    const { apiKey } = await call(api.apiKeys.getApiKey, { params: known(params) })
    return ok({ api_key: keyOf(apiKey) })
  },
})

/** A key that was deleted there is listed as revoked afterwards: it is revoked. */
const deleteApiKey = route('delete:api_keys', {
  method: 'DELETE',
  path: '/api/v1/api_keys/:keyId',
  async handle({ params }, call) {
    await call(api.apiKeys.revokeApiKey, { params: known(params), body: {} })
    return answer(200, 'API_KEY_DELETED', 'API key deleted')
  },
})

const rotateApiKey: Pick<DialectRoute, 'handle'> = {
  async handle({ params }, call) {
    const { apiKey, secret } = await call(api.apiKeys.rotateApiKey, { params: known(params), body: {} })
    return answer(200, 'API_KEY_ROTATED', 'API key rotated', {
      api_key: { id: apiKeyId.of(apiKey.id), key: secret },
    })
  },
}

const known = (params: Readonly<Record<string, string>>) => ({ apiKeyId: apiKeyId.read(params.keyId ?? '') })

export const apiKeyRoutes: readonly DialectRoute[] = [
  listApiKeys,
  createApiKey,
  getApiKey,
  deleteApiKey,
  route('update:api_keys', { ...rotateApiKey, method: 'PUT', path: '/api/v1/api_keys/:keyId' }),
  route('update:api_keys', { ...rotateApiKey, method: 'POST', path: '/api/v1/api_keys/:keyId/rotate' }),
]
