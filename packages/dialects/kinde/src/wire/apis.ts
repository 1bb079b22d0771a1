import {
  type Api,
  type ApiScope,
  type Application,
  api,
  type Caller,
  type DialectRoute,
  Refusal,
} from '@claviger/contract'
import { byName, everything } from './everything.js'
import { fieldsOf, given, short } from './fields.js'
import { apiId, applicationId, scopeId } from './ids.js'
import { answer, ok, route } from './route.js'

type Params = Readonly<Record<string, string>>

const listApis = route('read:apis', {
  method: 'GET',
  path: '/api/v1/apis',
  async handle({ query }, call) {
    const withScopes = fieldsOf(query).oneOf('expand', ['scopes']) !== undefined
    const apis = await everything(
      (page) => call(api.apis.listApis, { query: page }),
      (page) => page.apis,
    )
    const shown = [...apis].sort(byName).map(async (each) => ({
      ...apiOf(each),
      ...(withScopes && { scopes: (await scopesOf(each.id, call)).map(scopeInApi) }),
    }))
    return ok({ next_token: null, apis: await Promise.all(shown) })
  },
})

const createApi = route('create:apis', {
  method: 'POST',
  path: '/api/v1/apis',
  async handle({ body }, call) {
    const fields = fieldsOf(body)
    const { api: made } = await call(api.apis.createApi, {
      body: {
        name: short('name', fields.required('name')),
        audience: short('audience', fields.required('audience')),
      },
    })
    return answer(201, 'API_CREATED', 'API created', { api: { id: apiId.of(made.id) } })
  },
})

const getApi = route('read:apis', {
  method: 'GET',
  path: '/api/v1/apis/:apiId',
  async handle({ params }, call) {
    const known = knownApi(params)
    const [{ api: found }, scopes, applications] = await Promise.all([
      call(api.apis.getApi, { params: known }),
      scopesOf(known.apiId, call),
      applicationsOf(known.apiId, call),
    ])
    return ok({ api: { ...apiOf(found), scopes: scopes.map(scopeInApi), ...given({ applications }) } })
  },
})

const deleteApi = route('delete:apis', {
  method: 'DELETE',
  path: '/api/v1/apis/:apiId',
  async handle({ params }, call) {
    await call(api.apis.deleteApi, { params: knownApi(params) })
    return answer(200, 'API_DELETED', 'API successfully deleted')
  },
})

const listScopes = route('read:api_scopes', {
  method: 'GET',
  path: '/api/v1/apis/:apiId/scopes',
  async handle({ params }, call) {
    return ok({ scopes: (await scopesOf(knownApi(params).apiId, call)).map(scopeOf) })
  },
})

const createScope = route('create:api_scopes', {
  method: 'POST',
  path: '/api/v1/apis/:apiId/scopes',
  async handle({ params, body }, call) {
    const fields = fieldsOf(body)
    const { scope } = await call(api.apis.createApiScope, {
      params: knownApi(params),
      body: { key: fields.required('key'), ...given({ description: fields.text('description') }) },
    })
    return answer(201, 'API_SCOPE_CREATED', 'API scope created', { scope: { id: scopeId.of(scope.id) } })
  },
})

const getScope = route('read:api_scopes', {
  method: 'GET',
  path: '/api/v1/apis/:apiId/scopes/:scopeId',
  async handle({ params }, call) {
    const { scope } = await call(api.apis.getApiScope, { params: knownScope(params) })
    return ok({ scope: scopeOf(scope) })
  },
})

const updateScope = route('update:api_scopes', {
  method: 'PATCH',
  path: '/api/v1/apis/:apiId/scopes/:scopeId',
  async handle({ params, body }, call) {
    const description = fieldsOf(body).text('description') ?? null
    await call(api.apis.updateApiScope, { params: knownScope(params), body: { description } })
    return answer(200, 'API_SCOPE_UPDATED', 'API scope updated')
  },
})

const deleteScope = route('delete:apis_scopes', {
  method: 'DELETE',
  path: '/api/v1/apis/:apiId/scopes/:scopeId',
  async handle({ params }, call) {
    await call(api.apis.deleteApiScope, { params: knownScope(params) })
    return answer(200, 'API_SCOPE_DELETED', 'API scope deleted')
  },
})

const knownApi = (params: Params) => ({ apiId: apiId.read(params.apiId ?? '') })
const knownScope = (params: Params) => ({
  ...knownApi(params),
  scopeId: scopeId.read(params.scopeId ?? ''),
})

function scopesOf(id: string, call: Caller): Promise<readonly ApiScope[]> {
  return everything(
    (page) => call(api.apis.listApiScopes, { params: { apiId: id }, query: page }),
    (page) => page.scopes,
  )
}

/** Who may get tokens for an API; left out for a token that may read APIs, but no applications. */
async function applicationsOf(id: string, call: Caller) {
  const found = await everything(
    (page) => call(api.applications.listApplications, { query: { ...page, apiId: id } }),
    (page) => page.applications,
  ).catch((error) => {
    if (error instanceof Refusal && error.code === 'permission_denied') return undefined
    throw error
  })
  return found?.map(applicationInApi)
}

const apiOf = (it: Api) => ({
  id: apiId.of(it.id),
  name: it.name,
  audience: it.audience,
  is_management_api: it.isManagement,
})

const scopeInApi = ({ id, key }: ApiScope) => ({ id: scopeId.of(id), key })

const scopeOf = (scope: ApiScope) => ({ ...scopeInApi(scope), description: scope.description ?? '' })

const typeNames = {
  m2m: 'Machine to machine (M2M)',
  reg: 'Back-end web',
  spa: 'Front-end and mobile',
  device: 'Device and IoT',
} as const satisfies Record<Application['type'], string>

const applicationInApi = ({ id, name, type }: Application) => ({
  id: applicationId.of(id),
  name,
  type: typeNames[type],
  is_active: true,
})

export const apiRoutes: readonly DialectRoute[] = [
  listApis,
  createApi,
  getApi,
  deleteApi,
  listScopes,
  createScope,
  getScope,
  updateScope,
  deleteScope,
]
